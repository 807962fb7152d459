import { Decimal128 } from 'bson';
import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { readDateMs, readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { isNullish, typeOf } from './expression.js';

/** From this exponent of ten on a Double is written with an exponent. */
const LEAST_LARGE_EXPONENT = 16;
const LEAST_SMALL_EXPONENT = -4;

/** The shortest text that reads back as this Double, exponents of at least two digits. */
function textOfDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= LEAST_LARGE_EXPONENT || exponent < LEAST_SMALL_EXPONENT) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  if (exponent >= 0) return String(value);
  const sign = value < 0 ? '-' : '';
  return `${sign}0.${'0'.repeat(-exponent - 1)}${digits.replace('-', '').replace('.', '')}`;
}

/** A number's text as `$toString` gives it. */
export function textOfNumber(value: BsonValue): string {
  if (value.type === BsonType.double) return textOfDouble(toDouble(value));
  if (value.type === BsonType.decimal) {
    return new Decimal128(Uint8Array.from(value.bytes.subarray(value.start, value.end))).toString();
  }
  return String(toExactInteger(value) ?? 0n);
}

/** ISO 8601 with milliseconds and Z. */
export function textOfDate(value: BsonValue): string {
  const date = new Date(readDateMs(value));
  if (Number.isNaN(date.getTime()))
    throw storeErrors.BadValue('the date is out of the range that can be written');
  return date.toISOString();
}

/** Text as the string operators see a value: empty for null and missing. */
export function coerceToString(value: BsonValue | undefined): string {
  if (value === undefined || isNullish(value)) return '';
  if (
    value.type === BsonType.string ||
    value.type === BsonType.symbol ||
    value.type === BsonType.javascript
  ) {
    return readString(value);
  }
  if (isNumber(value)) return textOfNumber(value);
  if (value.type === BsonType.date) return textOfDate(value);
  throw locationError(16_007, `can't convert from BSON type ${typeOf(value)} to String`);
}
