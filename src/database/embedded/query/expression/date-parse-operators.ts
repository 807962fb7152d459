import { dateValue, NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { elementsOf, readString } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { parseDateText } from './date-format.js';
import {
  fromLocal,
  isoWeekStart,
  utcFromParts,
  UTC_OFFSET,
  zoneOffset,
  type ZoneOffset,
} from './date-parts.js';
import {
  isNullish,
  typeOf,
  type EvaluationContext,
  type Expression,
  type OperatorParser,
} from './expression.js';
import { namedOperands } from './named-operands.js';

type Operands = ReadonlyMap<string, Expression>;

const NATURAL = ['year', 'month', 'day'];
const ISO = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'];
const TIME = ['hour', 'minute', 'second', 'millisecond'];
/** What parts other than years may be: they carry over into the next greater part. */
const MOST_PART = 32_767;

/** `$dateFromParts`. */
const dateFromParts: OperatorParser = (operand, compiler) => {
  if (operand.type !== BsonType.object) {
    throw locationError(
      40_519,
      `$dateFromParts only supports an object as its argument, found: ${typeAlias(operand.type)}`,
    );
  }
  const given = new Map(elementsOf(operand).map(({ name, value }) => [name, compiler.compile(value)]));
  for (const name of given.keys()) {
    if (![...NATURAL, ...ISO, ...TIME, 'timezone'].includes(name)) {
      throw locationError(40_518, `Unrecognized argument to $dateFromParts: ${name}`);
    }
  }
  const isIso = given.has('isoWeekYear');
  if (!isIso && !given.has('year')) {
    throw locationError(40_516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  }
  const mixed = (isIso ? NATURAL : ISO).find((name) => given.has(name));
  if (mixed !== undefined) {
    throw locationError(
      isIso ? 40_489 : 40_525,
      '$dateFromParts does not allow mixing natural dates with ISO dates',
    );
  }
  return (context) => {
    const zone = zoneOf(given, context);
    const parts = [...(isIso ? ISO : NATURAL), ...TIME].map((name) => partOf(given, name, context));
    if (zone === undefined || parts.includes(undefined)) return NULL_VALUE;
    const [year, second, third, ...time] = parts as [number, number, number, ...number[]];
    const localMs = isIso
      ? isoWeekStart(year) + ((second - 1) * 7 + third - 1) * 86_400_000 + timeOf(time)
      : utcFromParts(year, second - 1, third, ...time);
    return dateValue(fromLocal(localMs, zone));
  };
};

function timeOf([hour = 0, minute = 0, second = 0, ms = 0]: readonly number[]): number {
  return ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

/** Undefined when it is null; months and days begin at 1, years have no default. */
function partOf(given: Operands, name: string, context: EvaluationContext): number | undefined {
  const expression = given.get(name);
  if (!expression) return TIME.includes(name) ? 0 : 1;
  const value = expression(context);
  if (value === undefined || isNullish(value)) return undefined;
  const exact = isNumber(value) ? toExactInteger(value) : undefined;
  if (exact === undefined) {
    const found = isNumber(value) ? toDouble(value) : typeOf(value);
    throw locationError(40_515, `'${name}' must evaluate to an integer, found ${found}`);
  }
  const part = Number(exact);
  if (name === 'year' || name === 'isoWeekYear') {
    if (part < 1 || part > 9_999) {
      throw locationError(
        name === 'year' ? 40_523 : 31_095,
        `'${name}' must evaluate to an integer in the range 1 to 9999, found ${part}`,
      );
    }
  } else if (Math.abs(part) > MOST_PART && name !== 'second' && name !== 'millisecond') {
    throw locationError(
      31_034,
      `'${name}' must evaluate to a value in the range [-${MOST_PART + 1}, ${MOST_PART}]; value ${part} is not in range`,
    );
  }
  return part;
}

function zoneOf(given: Operands, context: EvaluationContext): ZoneOffset | undefined {
  const name = textOf(given, 'timezone', context, 40_517);
  if (name === null) return undefined;
  return name === undefined ? UTC_OFFSET : zoneOffset(name);
}

/** Undefined when it is not given, null when it is null. */
function textOf(
  given: Operands,
  name: string,
  context: EvaluationContext,
  code: number,
): string | null | undefined {
  const expression = given.get(name);
  if (!expression) return undefined;
  const value = expression(context);
  if (value === undefined || isNullish(value)) return null;
  if (value.type === BsonType.string) return readString(value);
  throw locationError(code, `${name} must evaluate to a string, found ${typeOf(value)}`);
}

/** `$dateFromString`: by its format, or ISO 8601. */
const dateFromString: OperatorParser = (operand, compiler, name) => {
  const optional = ['format', 'timezone', 'onError', 'onNull'];
  const operands = namedOperands(operand, name, ['dateString'], optional);
  const given = new Map([...operands].map(([role, value]) => [role, compiler.compile(value)]));
  return (context) => {
    const format = textOf(given, 'format', context, 40_684);
    const zoneName = textOf(given, 'timezone', context, 40_517);
    const text = given.get('dateString')!(context);
    if (text === undefined || isNullish(text)) {
      return given.has('onNull') ? given.get('onNull')!(context) : NULL_VALUE;
    }
    if (format === null || zoneName === null) return NULL_VALUE;
    try {
      return dateValue(parseText(text, format, zoneName));
    } catch (error) {
      const onError = given.get('onError');
      if (!onError || (error as { code?: number }).code !== CONVERSION_FAILURE) throw error;
      return onError(context);
    }
  };
};

const CONVERSION_FAILURE = 241;

function parseText(value: BsonValue, format: string | undefined, zoneName: string | undefined): number {
  if (value.type !== BsonType.string) {
    throw storeErrors.ConversionFailure(
      `$dateFromString requires that 'dateString' be a string, found: ${typeOf(value)}`,
    );
  }
  const { localMs, offsetMs } = parseDateText(readString(value), format);
  if (offsetMs === undefined)
    return fromLocal(localMs, zoneName === undefined ? UTC_OFFSET : zoneOffset(zoneName));
  if (zoneName !== undefined) {
    throw storeErrors.ConversionFailure(
      'you cannot pass in a date/time string with time zone information together with a timezone argument',
    );
  }
  return localMs - offsetMs;
}

export const DATE_PARSE_OPERATORS: Record<string, OperatorParser> = {
  $dateFromParts: dateFromParts,
  $dateFromString: dateFromString,
};
