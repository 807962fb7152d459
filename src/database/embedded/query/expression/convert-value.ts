import { Decimal128 } from 'bson';
import { integerValue, toDecimal } from '../../bson/bson-arithmetic.js';
import {
  booleanValue,
  dateValue,
  doubleValue,
  longValue,
  stringValue,
  toBson,
} from '../../bson/bson-convert.js';
import { isNumber, toDouble, toTruncatedInteger } from '../../bson/bson-number.js';
import { readBoolean, readInt32, readInt64, readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { decimalValue } from '../../bson/decimal128.js';
import { storeErrors } from '../../store.errors.js';
import { parseIsoDate } from './date-parts.js';
import { isTrue, typeOf } from './expression.js';
import { textOfDate, textOfNumber } from './text-of-value.js';

const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;
const LEAST_INT = -(2n ** 31n);
const MOST_INT = 2n ** 31n - 1n;

const CONVERSIONS: Record<number, (value: BsonValue) => BsonValue | undefined> = {
  [BsonType.double]: toDoubleValue,
  [BsonType.string]: toText,
  [BsonType.objectId]: toObjectId,
  [BsonType.bool]: (value) => booleanValue(isTrue(value)),
  [BsonType.date]: toDate,
  [BsonType.int]: (value) => toInteger(value, LEAST_INT, MOST_INT, false),
  [BsonType.long]: (value) => toInteger(value, LEAST_LONG, MOST_LONG, true),
  [BsonType.decimal]: toDecimalValue,
};

/** True for the types that {@link convertValue} converts to. */
export function isConversionTarget(type: number): boolean {
  return Object.hasOwn(CONVERSIONS, type);
}

/**
 * Converts as `$convert` does.
 * @throws StoreError ConversionFailure (241)
 */
export function convertValue(value: BsonValue, target: number): BsonValue {
  if (value.type === target) return value;
  const converted = CONVERSIONS[target]?.(value);
  if (converted === undefined) {
    throw failure(
      `Unsupported conversion from ${typeOf(value)} to ${typeOf({ ...value, type: target })} in $convert with no onError value`,
    );
  }
  return converted;
}

function failure(message: string): Error {
  return storeErrors.ConversionFailure(message);
}

function unparsable(text: string): Error {
  return failure(`Failed to parse number '${text}' in $convert with no onError value`);
}

function toInteger(value: BsonValue, least: bigint, most: bigint, wide: boolean): BsonValue | undefined {
  const integer = integerOf(value, wide);
  if (integer === undefined) return undefined;
  if (integer < least || integer > most) {
    throw failure('Conversion would overflow target type in $convert with no onError value');
  }
  return integerValue(integer, wide);
}

function integerOf(value: BsonValue, wide: boolean): bigint | undefined {
  if (isNumber(value)) {
    const integer = toTruncatedInteger(value);
    if (integer === undefined) {
      throw failure(
        'Attempt to convert NaN or infinity value to integer type in $convert with no onError value',
      );
    }
    return integer;
  }
  if (value.type === BsonType.bool) return readBoolean(value) ? 1n : 0n;
  if (value.type === BsonType.date && wide) return readInt64(value.bytes, value.start);
  if (value.type !== BsonType.string) return undefined;
  const text = readString(value);
  if (!/^[+-]?\d+$/.test(text)) throw unparsable(text);
  return BigInt(text.replace(/^\+/, ''));
}

function toDoubleValue(value: BsonValue): BsonValue | undefined {
  if (isNumber(value)) {
    const double = toDouble(value);
    const decimal = value.type === BsonType.decimal ? toDecimal(value) : undefined;
    if (decimal?.kind === 'finite' && !Number.isFinite(double)) {
      throw failure('Conversion would overflow target type in $convert with no onError value');
    }
    return doubleValue(double);
  }
  if (value.type === BsonType.bool) return doubleValue(readBoolean(value) ? 1 : 0);
  if (value.type === BsonType.date) return doubleValue(Number(readInt64(value.bytes, value.start)));
  if (value.type !== BsonType.string) return undefined;
  const text = readString(value);
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return doubleValue(Number(text));
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return doubleValue(text.startsWith('-') ? -Infinity : Infinity);
  if (/^[+-]?nan$/i.test(text)) return doubleValue(Number.NaN);
  throw unparsable(text);
}

function toDecimalValue(value: BsonValue): BsonValue | undefined {
  if (isNumber(value)) return decimalValue(toDecimal(value));
  if (value.type === BsonType.bool || value.type === BsonType.date) {
    const integer = integerOf(value, true) ?? 0n;
    return decimalValue(toDecimal(longValue(integer)));
  }
  if (value.type !== BsonType.string) return undefined;
  const text = readString(value);
  try {
    return toBson(Decimal128.fromStringWithRounding(text));
  } catch {
    throw unparsable(text);
  }
}

function toText(value: BsonValue): BsonValue | undefined {
  if (isNumber(value)) return stringValue(textOfNumber(value));
  if (value.type === BsonType.bool) return stringValue(readBoolean(value) ? 'true' : 'false');
  if (value.type === BsonType.date) return stringValue(textOfDate(value));
  if (value.type === BsonType.objectId) {
    return stringValue(Buffer.from(value.bytes.subarray(value.start, value.end)).toString('hex'));
  }
  return undefined;
}

function toObjectId(value: BsonValue): BsonValue | undefined {
  if (value.type !== BsonType.string) return undefined;
  const text = readString(value);
  if (!/^[\da-f]{24}$/i.test(text)) {
    throw failure(`Failed to parse objectId '${text}' in $convert with no onError value`);
  }
  const bytes = Buffer.from(text, 'hex');
  return { type: BsonType.objectId, bytes, start: 0, end: bytes.length };
}

function toDate(value: BsonValue): BsonValue | undefined {
  switch (value.type) {
    case BsonType.long:
    case BsonType.double:
    case BsonType.decimal: {
      const ms = toTruncatedInteger(value);
      if (ms === undefined || ms < LEAST_LONG || ms > MOST_LONG) {
        throw failure('Conversion would overflow target type in $convert with no onError value');
      }
      return dateValue(ms);
    }
    case BsonType.string: {
      const text = readString(value);
      const ms = parseIsoDate(text);
      if (ms === undefined)
        throw failure(`Error parsing date string '${text}': this store reads ISO 8601 dates`);
      return dateValue(ms);
    }
    case BsonType.objectId:
      return dateValue(Buffer.from(value.bytes.subarray(value.start, value.end)).readUInt32BE() * 1_000);
    case BsonType.timestamp:
      return dateValue((readInt32(value.bytes, value.start + 4) >>> 0) * 1_000);
    default:
      return undefined;
  }
}
