import { isNumber, readSafeLong, splitDouble, toExactInteger } from './bson-number.js';
import { readDouble, readInt32 } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';
import { DECIMAL_DIGITS, digitCount, powerOfTen, readDecimal, type FiniteDecimal } from './decimal128.js';
import type { KeyWriter } from './key-writer.js';

/*
 * A number is written as its kind, the greatest double not above its magnitude (8 bytes), and how far the number lies
 * above that double: 00 when it is that double, as all but large Longs and Decimal128 are, else 01 and the distance as a
 * fraction of the gap to the next double, in units of 2^-128. Two numbers that share a double are decimals of at most 34
 * digits (or Longs, which are) and differ by more than 10^-34 of the gap, above 2^-128, so the cut loses no order.
 * Decimals beyond the doubles' range, which no other type has, are written as exponent and digits.
 */

/** Kinds lie between the type bytes of null (6) and string (16), see key-encoding.ts. */
const Kind = {
  nan: 7,
  minusInfinity: 8,
  negativeHuge: 9,
  negative: 10,
  zeroOrTiny: 11,
  positive: 12,
  positiveHuge: 13,
  infinity: 14,
} as const;

const Tiny = { negative: 1, zero: 2, positive: 3 } as const;

const FRACTION_BITS = 128n;
const FRACTION_BYTES = 16;
const COEFFICIENT_BYTES = 15;
/** Makes the exponents of decimals non-negative. */
const EXPONENT_OFFSET = 8_000;

/** Writes the key of a number; false, and nothing written, for a value of another type. */
export function writeNumberKey(value: BsonValue, out: KeyWriter): boolean {
  if (!isNumber(value)) return false;
  const { type, bytes, start } = value;
  if (type === BsonType.int) writeDouble(readInt32(bytes, start), out);
  else if (type === BsonType.double) writeDouble(readDouble(bytes, start), out);
  else if (type === BsonType.long) writeLong(value, out);
  else writeDecimal(value, out);
  return true;
}

function writeDouble(value: number, out: KeyWriter): void {
  if (value === 0) {
    out.byte(Kind.zeroOrTiny);
    out.byte(Tiny.zero);
  } else if (Number.isFinite(value)) {
    writeMagnitude(value < 0, Math.abs(value), undefined, out);
  } else {
    out.byte(Number.isNaN(value) ? Kind.nan : value < 0 ? Kind.minusInfinity : Kind.infinity);
  }
}

function writeMagnitude(
  negative: boolean,
  double: number,
  fraction: bigint | undefined,
  out: KeyWriter,
): void {
  out.byte(negative ? Kind.negative : Kind.positive);
  const start = out.length;
  out.double(double);
  if (fraction === undefined) {
    out.byte(0);
  } else {
    out.byte(1);
    out.bigUint(fraction, FRACTION_BYTES);
  }
  if (negative) out.invert(start);
}

function writeLong(value: BsonValue, out: KeyWriter): void {
  const { bytes, start } = value;
  const approximate = readSafeLong(bytes, start);
  if (Math.abs(approximate) <= Number.MAX_SAFE_INTEGER) {
    writeDouble(approximate, out);
    return;
  }
  const exact = toExactInteger(value) ?? 0n;
  const magnitude = exact < 0n ? -exact : exact;
  writeRational(exact < 0n, magnitude, 1n, out);
}

function writeDecimal(value: BsonValue, out: KeyWriter): void {
  const decimal = readDecimal(value.bytes, value.start);
  if (decimal.kind === 'nan') return writeDouble(Number.NaN, out);
  if (decimal.kind === 'infinite') return writeDouble(decimal.negative ? -Infinity : Infinity, out);
  const { negative, coefficient, exponent } = decimal;
  if (coefficient === 0n) return writeDouble(0, out);
  const leading = exponent + digitCount(coefficient);
  if (leading > 310) return writeBeyondDoubles(decimal, true, out);
  if (leading < -330) return writeBeyondDoubles(decimal, false, out);
  const numerator = exponent >= 0 ? coefficient * powerOfTen(exponent) : coefficient;
  const denominator = exponent >= 0 ? 1n : powerOfTen(-exponent);
  if (compareToDouble(numerator, denominator, Number.MAX_VALUE) > 0) {
    return writeBeyondDoubles(decimal, true, out);
  }
  if (compareToDouble(numerator, denominator, Number.MIN_VALUE) < 0) {
    return writeBeyondDoubles(decimal, false, out);
  }
  return writeRational(negative, numerator, denominator, out);
}

/** Writes a positive fraction within the range of doubles. */
function writeRational(negative: boolean, numerator: bigint, denominator: bigint, out: KeyWriter): void {
  const double = greatestDoubleNotAbove(numerator, denominator);
  const { mantissa, exponent } = splitDouble(double);
  const up = exponent < 0 ? BigInt(-exponent) : 0n;
  const down = exponent > 0 ? BigInt(exponent) : 0n;
  // numerator/denominator − mantissa × 2^exponent, divided by the gap 2^exponent
  const gap = denominator << down;
  const rest = (numerator << up) - mantissa * gap;
  writeMagnitude(negative, double, rest === 0n ? undefined : (rest << FRACTION_BITS) / gap, out);
}

function greatestDoubleNotAbove(numerator: bigint, denominator: bigint): number {
  let double = Math.min(nearbyDouble(numerator, denominator), Number.MAX_VALUE);
  while (compareToDouble(numerator, denominator, double) < 0) double = adjacent(double, -1n);
  for (;;) {
    const next = adjacent(double, 1n);
    if (next === Infinity || compareToDouble(numerator, denominator, next) < 0) return double;
    double = next;
  }
}

/** Within a few units of the true value. */
function nearbyDouble(numerator: bigint, denominator: bigint): number {
  if (denominator === 1n) return Number(numerator);
  const exponent = digitCount(denominator) - 1;
  return Number(`${numerator}e-${exponent}`);
}

const bits = new BigInt64Array(1);
const view = new Float64Array(bits.buffer);

function adjacent(positive: number, step: 1n | -1n): number {
  view[0] = positive;
  bits[0] = bits[0]! + step;
  return view[0];
}

function compareToDouble(numerator: bigint, denominator: bigint, double: number): number {
  const { mantissa, exponent } = splitDouble(double);
  const left = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
  const right = (exponent > 0 ? mantissa << BigInt(exponent) : mantissa) * denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

function writeBeyondDoubles(decimal: FiniteDecimal, huge: boolean, out: KeyWriter): void {
  const { negative, coefficient, exponent } = decimal;
  if (huge) {
    out.byte(negative ? Kind.negativeHuge : Kind.positiveHuge);
  } else {
    out.byte(Kind.zeroOrTiny);
    out.byte(negative ? Tiny.negative : Tiny.positive);
  }
  const start = out.length;
  const padding = DECIMAL_DIGITS - digitCount(coefficient);
  out.uint16(exponent - padding + EXPONENT_OFFSET);
  out.bigUint(coefficient * powerOfTen(padding), COEFFICIENT_BYTES);
  if (negative) out.invert(start);
}
