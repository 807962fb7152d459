import { dateValue, int32Value, longValue, NULL_VALUE, stringValue } from '../../bson/bson-convert.js';
import { isNumber, toExactInteger } from '../../bson/bson-number.js';
import { getField, readDateMs, readInt32, readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { documentOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import {
  checkDateFormat,
  dayOfYear,
  formatDate,
  isoWeek,
  UTC_OFFSET,
  zoneOffset,
  type ZoneOffset,
} from './date-parts.js';
import { addUnits, differenceInUnits, parseUnit, parseWeekday, truncateToUnit } from './date-units.js';
import {
  compileOperands,
  isNullish,
  typeOf,
  unary,
  type EvaluationContext,
  type Expression,
  type ExpressionCompiler,
  type OperatorParser,
} from './expression.js';
import { namedOperands } from './named-operands.js';

/** The range of JavaScript's dates; BSON's is wider. */
const MOST_DATE_MS = 8.64e15;

/** Milliseconds of a date, timestamp or ObjectId; undefined for null and missing. */
function readMs(value: BsonValue | undefined): number | undefined {
  if (value === undefined || isNullish(value)) return undefined;
  switch (value.type) {
    case BsonType.date: {
      const ms = readDateMs(value);
      if (Math.abs(ms) > MOST_DATE_MS) {
        throw storeErrors.NotImplemented(
          'calculations with dates beyond ±8.64e15 ms are not supported by this store',
        );
      }
      return ms;
    }
    case BsonType.timestamp:
      return (readInt32(value.bytes, value.start + 4) >>> 0) * 1_000;
    case BsonType.objectId:
      return Buffer.from(value.bytes.subarray(value.start, value.start + 4)).readUInt32BE() * 1_000;
    default:
      throw locationError(16_006, `can't convert from BSON type ${typeOf(value)} to Date`);
  }
}

/** The operands of a date operator by name, compiled. */
class DateOperands {
  private readonly expressions: ReadonlyMap<string, Expression>;

  constructor(operands: ReadonlyMap<string, BsonValue>, compiler: ExpressionCompiler) {
    this.expressions = new Map([...operands].map(([name, value]) => [name, compiler.compile(value)]));
  }

  has(name: string): boolean {
    return this.expressions.has(name);
  }

  value(name: string, context: EvaluationContext): BsonValue | undefined {
    return this.expressions.get(name)?.(context);
  }

  /** The zone; undefined when it is given but null. */
  zone(context: EvaluationContext): ZoneOffset | undefined {
    if (!this.has('timezone')) return UTC_OFFSET;
    const name = this.text('timezone', context);
    return name === undefined ? undefined : zoneOffset(name);
  }

  text(name: string, context: EvaluationContext): string | undefined {
    const value = this.value(name, context);
    if (value === undefined || isNullish(value)) return undefined;
    if (value.type !== BsonType.string)
      throw locationError(40_533, `'${name}' must evaluate to a string, found ${typeOf(value)}`);
    return readString(value);
  }

  integer(name: string, context: EvaluationContext): number | undefined {
    const value = this.value(name, context);
    if (value === undefined || isNullish(value)) return undefined;
    const integer = isNumber(value) ? toExactInteger(value) : undefined;
    if (integer === undefined)
      throw locationError(5_166_405, `'${name}' must evaluate to an integer, found ${typeOf(value)}`);
    return Number(integer);
  }

  weekStart(context: EvaluationContext): number {
    const day = this.text('startOfWeek', context);
    return day === undefined ? 0 : parseWeekday(day);
  }
}

/** An operator that reads one number off a date: of `{date, timezone}` or of the operand itself. */
function part(read: (local: Date) => BsonValue): OperatorParser {
  return (operand, compiler, name) => {
    const isNamed = operand.type === BsonType.object && getField(operand, 'date') !== undefined;
    const operands = isNamed
      ? new DateOperands(namedOperands(operand, name, ['date'], ['timezone']), compiler)
      : undefined;
    const single = isNamed ? undefined : compileOperands(operand, compiler, name, 1)[0]!;
    return (context) => {
      const zone = operands === undefined ? UTC_OFFSET : operands.zone(context);
      const ms = readMs(operands === undefined ? single!(context) : operands.value('date', context));
      return ms === undefined || zone === undefined ? NULL_VALUE : read(new Date(ms + zone(ms)));
    };
  };
}

const DEFAULT_FORMAT = '%Y-%m-%dT%H:%M:%S.%L';

const dateToString: OperatorParser = (operand, compiler, name) => {
  const given = namedOperands(operand, name, ['date'], ['format', 'timezone', 'onNull']);
  const operands = new DateOperands(given, compiler);
  return (context) => {
    const ms = readMs(operands.value('date', context));
    if (ms === undefined) return operands.has('onNull') ? operands.value('onNull', context) : NULL_VALUE;
    const zone = operands.zone(context);
    if (zone === undefined) return NULL_VALUE;
    const isUtc = !operands.has('timezone') || operands.text('timezone', context) === 'UTC';
    const format = operands.has('format')
      ? operands.text('format', context)
      : `${DEFAULT_FORMAT}${isUtc ? 'Z' : ''}`;
    if (format === undefined) return NULL_VALUE;
    checkDateFormat(format);
    return stringValue(formatDate(ms, format, zone));
  };
};

function shift(sign: 1 | -1): OperatorParser {
  return (operand, compiler, name) => {
    const given = namedOperands(operand, name, ['startDate', 'unit', 'amount'], ['timezone']);
    const operands = new DateOperands(given, compiler);
    return (context) => {
      const ms = readMs(operands.value('startDate', context));
      const unit = operands.text('unit', context);
      const amount = operands.integer('amount', context);
      const zone = operands.zone(context);
      if (ms === undefined || unit === undefined || amount === undefined || zone === undefined)
        return NULL_VALUE;
      return dateValue(addUnits(ms, parseUnit(unit), sign * amount, zone));
    };
  };
}

const dateDiff: OperatorParser = (operand, compiler, name) => {
  const given = namedOperands(operand, name, ['startDate', 'endDate', 'unit'], ['timezone', 'startOfWeek']);
  const operands = new DateOperands(given, compiler);
  return (context) => {
    const from = readMs(operands.value('startDate', context));
    const to = readMs(operands.value('endDate', context));
    const unit = operands.text('unit', context);
    const zone = operands.zone(context);
    if (from === undefined || to === undefined || unit === undefined || zone === undefined) return NULL_VALUE;
    const difference = differenceInUnits(from, to, parseUnit(unit), zone, operands.weekStart(context));
    return longValue(BigInt(difference));
  };
};

const dateTrunc: OperatorParser = (operand, compiler, name) => {
  const given = namedOperands(operand, name, ['date', 'unit'], ['binSize', 'timezone', 'startOfWeek']);
  const operands = new DateOperands(given, compiler);
  return (context) => {
    const ms = readMs(operands.value('date', context));
    const unit = operands.text('unit', context);
    const zone = operands.zone(context);
    const size = operands.has('binSize') ? operands.integer('binSize', context) : 1;
    if (ms === undefined || unit === undefined || zone === undefined || size === undefined) return NULL_VALUE;
    return dateValue(truncateToUnit(ms, parseUnit(unit), size, zone, operands.weekStart(context)));
  };
};

/** `$tsSecond` and `$tsIncrement`: four bytes of a timestamp, as a Long. */
function timestampPart(at: 0 | 4): OperatorParser {
  return unary((value, name) => {
    if (value === undefined || isNullish(value)) return NULL_VALUE;
    if (value.type !== BsonType.timestamp) {
      throw locationError(
        at === 4 ? 5_687_301 : 5_687_302,
        `Argument to ${name} must be a timestamp, but is ${typeOf(value)}`,
      );
    }
    return longValue(BigInt(readInt32(value.bytes, value.start + at) >>> 0));
  });
}

const PARTS = {
  year: (local: Date) => local.getUTCFullYear(),
  month: (local: Date) => local.getUTCMonth() + 1,
  day: (local: Date) => local.getUTCDate(),
  hour: (local: Date) => local.getUTCHours(),
  minute: (local: Date) => local.getUTCMinutes(),
  second: (local: Date) => local.getUTCSeconds(),
  millisecond: (local: Date) => local.getUTCMilliseconds(),
};

export const DATE_OPERATORS: Record<string, OperatorParser> = {
  $year: part((local) => int32Value(PARTS.year(local))),
  $month: part((local) => int32Value(PARTS.month(local))),
  $dayOfMonth: part((local) => int32Value(PARTS.day(local))),
  $hour: part((local) => int32Value(PARTS.hour(local))),
  $minute: part((local) => int32Value(PARTS.minute(local))),
  $second: part((local) => int32Value(PARTS.second(local))),
  $millisecond: part((local) => int32Value(PARTS.millisecond(local))),
  $dayOfWeek: part((local) => int32Value(local.getUTCDay() + 1)),
  $dayOfYear: part((local) => int32Value(dayOfYear(local))),
  $week: part((local) => int32Value(Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7))),
  $isoWeek: part((local) => int32Value(isoWeek(local).week)),
  $isoWeekYear: part((local) => longValue(BigInt(isoWeek(local).year))),
  $isoDayOfWeek: part((local) => int32Value(local.getUTCDay() === 0 ? 7 : local.getUTCDay())),
  $tsSecond: timestampPart(4),
  $tsIncrement: timestampPart(0),
  $dateToParts: part((local) =>
    documentOf(Object.entries(PARTS).map(([name, read]) => [name, int32Value(read(local))] as const)),
  ),
  $dateToString: dateToString,
  $dateAdd: shift(1),
  $dateSubtract: shift(-1),
  $dateDiff: dateDiff,
  $dateTrunc: dateTrunc,
};
