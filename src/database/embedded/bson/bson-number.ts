import { readDouble, readInt32, readInt64 } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';
import { digitCount, powerOfTen, readDecimal, type Decimal } from './decimal128.js';

/** True for Int32, Long, Double and Decimal128. */
export function isNumber(value: BsonValue): boolean {
  const { type } = value;
  return (
    type === BsonType.int || type === BsonType.long || type === BsonType.double || type === BsonType.decimal
  );
}

/** A number as a JavaScript double: exact for Int32 and Double, rounded for Long and Decimal128; NaN for others. */
export function toDouble(value: BsonValue): number {
  switch (value.type) {
    case BsonType.int:
      return readInt32(value.bytes, value.start);
    case BsonType.double:
      return readDouble(value.bytes, value.start);
    case BsonType.long:
      return Number(readInt64(value.bytes, value.start));
    case BsonType.decimal:
      return decimalToDouble(readDecimal(value.bytes, value.start));
    default:
      return Number.NaN;
  }
}

/** The nearest double. */
export function decimalToDouble(decimal: Decimal): number {
  if (decimal.kind === 'nan') return Number.NaN;
  const sign = decimal.negative ? -1 : 1;
  if (decimal.kind === 'infinite') return sign * Infinity;
  return sign * Number(`${decimal.coefficient}e${decimal.exponent}`);
}

/** The exact integer a number stands for; undefined when it has a fraction or is not finite. */
export function toExactInteger(value: BsonValue): bigint | undefined {
  switch (value.type) {
    case BsonType.int:
      return BigInt(readInt32(value.bytes, value.start));
    case BsonType.long:
      return readInt64(value.bytes, value.start);
    case BsonType.double: {
      const double = readDouble(value.bytes, value.start);
      return Number.isInteger(double) ? BigInt(double) : undefined;
    }
    case BsonType.decimal:
      return decimalToInteger(readDecimal(value.bytes, value.start));
    default:
      return undefined;
  }
}

function decimalToInteger(decimal: Decimal): bigint | undefined {
  if (decimal.kind !== 'finite') return undefined;
  const { negative, coefficient, exponent } = decimal;
  if (coefficient === 0n) return 0n;
  const sign = negative ? -1n : 1n;
  if (exponent >= 0) return sign * coefficient * powerOfTen(exponent);
  if (-exponent > digitCount(coefficient)) return undefined;
  const unit = powerOfTen(-exponent);
  return coefficient % unit === 0n ? sign * (coefficient / unit) : undefined;
}

/** The integer a number stands for after cutting off its fraction; undefined when it is not finite. */
export function toTruncatedInteger(value: BsonValue): bigint | undefined {
  if (value.type === BsonType.double) {
    const double = readDouble(value.bytes, value.start);
    return Number.isFinite(double) ? BigInt(Math.trunc(double)) : undefined;
  }
  if (value.type !== BsonType.decimal) return toExactInteger(value);
  const decimal = readDecimal(value.bytes, value.start);
  if (decimal.kind !== 'finite') return undefined;
  const { negative, coefficient, exponent } = decimal;
  const magnitude = exponent >= 0 ? coefficient * powerOfTen(exponent) : coefficient / powerOfTen(-exponent);
  return negative ? -magnitude : magnitude;
}

const SAFE_HIGH = 0x1f_ffff;

/** True when this Long is exact as a double, by its upper half. */
function isSafeLong(bytes: Uint8Array, at: number): boolean {
  const high = readInt32(bytes, at + 4);
  return high <= SAFE_HIGH && high >= -SAFE_HIGH;
}

/** A Long as a double: exact within ±2^53, else rounded. */
export function readSafeLong(bytes: Uint8Array, at: number): number {
  return readInt32(bytes, at + 4) * 4_294_967_296 + (readInt32(bytes, at) >>> 0);
}

/** The value as a double when that is exact, else undefined: Longs within ±2^53, Int32 and Double. */
function asExactDouble(value: BsonValue): number | undefined {
  const { type, bytes, start } = value;
  if (type === BsonType.int) return readInt32(bytes, start);
  if (type === BsonType.double) return readDouble(bytes, start);
  if (type === BsonType.long && isSafeLong(bytes, start)) return readSafeLong(bytes, start);
  return undefined;
}

/** Compares numbers of any types by their exact values; NaN equals NaN and stands before all others. */
export function compareNumbers(a: BsonValue, b: BsonValue): number {
  const left = asExactDouble(a);
  const right = asExactDouble(b);
  if (left !== undefined && right !== undefined) {
    if (left < right) return -1;
    if (left > right) return 1;
    if (left === right) return 0;
    return compareFlags(!Number.isNaN(left), !Number.isNaN(right));
  }
  return compareExact(toExact(a), toExact(b));
}

function compareFlags(a: boolean, b: boolean): number {
  return a === b ? 0 : a ? 1 : -1;
}

/** A number as `numerator × 10^exponent / 2^shift`; a Double is exact this way. */
type Exact = { rank: -2 | -1 | 1 } | { rank: 0; numerator: bigint; exponent: number; shift: number };

const NAN_EXACT: Exact = { rank: -2 };

function toExact(value: BsonValue): Exact {
  if (value.type === BsonType.decimal) {
    const decimal = readDecimal(value.bytes, value.start);
    if (decimal.kind === 'nan') return NAN_EXACT;
    if (decimal.kind === 'infinite') return { rank: decimal.negative ? -1 : 1 };
    const numerator = decimal.negative ? -decimal.coefficient : decimal.coefficient;
    return { rank: 0, numerator, exponent: decimal.exponent, shift: 0 };
  }
  if (value.type === BsonType.double) {
    const double = readDouble(value.bytes, value.start);
    if (Number.isNaN(double)) return NAN_EXACT;
    if (!Number.isFinite(double)) return { rank: double < 0 ? -1 : 1 };
    const { mantissa, exponent } = splitDouble(double);
    return exponent >= 0
      ? { rank: 0, numerator: mantissa << BigInt(exponent), exponent: 0, shift: 0 }
      : { rank: 0, numerator: mantissa, exponent: 0, shift: -exponent };
  }
  return { rank: 0, numerator: toExactInteger(value) ?? 0n, exponent: 0, shift: 0 };
}

const doubleBits = new BigUint64Array(1);
const doubleView = new Float64Array(doubleBits.buffer);

/** A finite double as `mantissa × 2^exponent`, both whole. */
export function splitDouble(value: number): { mantissa: bigint; exponent: number } {
  doubleView[0] = Math.abs(value);
  const bits = doubleBits[0]!;
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: (biased === 0 ? 1 : biased) - 1075 };
}

function compareExact(a: Exact, b: Exact): number {
  if (a.rank !== 0 || b.rank !== 0) return Math.sign(a.rank - b.rank);
  const signA = signOf(a.numerator);
  const signB = signOf(b.numerator);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  const common = Math.min(a.exponent, b.exponent);
  const left = (a.numerator * powerOfTen(a.exponent - common)) << BigInt(b.shift);
  const right = (b.numerator * powerOfTen(b.exponent - common)) << BigInt(a.shift);
  return left < right ? -1 : left > right ? 1 : 0;
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
