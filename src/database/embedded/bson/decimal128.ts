import { readInt64 } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';

/** A decoded Decimal128: `(-1)^negative × coefficient × 10^exponent`, or not a finite number. */
export type Decimal =
  | { kind: 'finite'; negative: boolean; coefficient: bigint; exponent: number }
  | { kind: 'infinite'; negative: boolean }
  | { kind: 'nan' };

export type FiniteDecimal = Extract<Decimal, { kind: 'finite' }>;

/** IEEE 754-2008 decimal128: 34 digits, exponents of the last digit from -6176 to 6111. */
export const DECIMAL_DIGITS = 34;
const LEAST_EXPONENT = -6176;
const MOST_EXPONENT = 6111;
const MOST_COEFFICIENT = 10n ** 34n - 1n;

const POWERS = Array.from({ length: 80 }, (_, power) => 10n ** BigInt(power));

export function powerOfTen(power: number): bigint {
  return POWERS[power] ?? 10n ** BigInt(power);
}

export function digitCount(value: bigint): number {
  return value.toString().length;
}

export const NAN_DECIMAL: Decimal = { kind: 'nan' };

export function infiniteDecimal(negative: boolean): Decimal {
  return { kind: 'infinite', negative };
}

/** Reads the binary integer encoding that BSON uses; a coefficient out of range counts as zero, as IEEE says. */
export function readDecimal(bytes: Uint8Array, at: number): Decimal {
  const low = BigInt.asUintN(64, readInt64(bytes, at));
  const high = BigInt.asUintN(64, readInt64(bytes, at + 8));
  const negative = high >> 63n === 1n;
  const combination = Number((high >> 58n) & 0x1fn);
  if (combination === 0x1f) return NAN_DECIMAL;
  if (combination === 0x1e) return infiniteDecimal(negative);
  if (combination >= 0x18) {
    const exponent = Number((high >> 47n) & 0x3fffn) + LEAST_EXPONENT;
    return { kind: 'finite', negative, coefficient: 0n, exponent };
  }
  const exponent = Number((high >> 49n) & 0x3fffn) + LEAST_EXPONENT;
  const coefficient = ((high & 0x1_ffff_ffff_ffffn) << 64n) | low;
  return {
    kind: 'finite',
    negative,
    coefficient: coefficient > MOST_COEFFICIENT ? 0n : coefficient,
    exponent,
  };
}

/** The BSON value of a decimal, rounded half-even to 34 digits; overflow gives infinity, underflow zero. */
export function decimalValue(decimal: Decimal): BsonValue {
  const bytes = Buffer.alloc(16);
  if (decimal.kind === 'nan') {
    bytes[15] = 0x7c;
  } else {
    const rounded = decimal.kind === 'finite' ? roundDecimal(decimal) : decimal;
    if (rounded.kind === 'finite') writeFinite(bytes, rounded);
    else bytes[15] = rounded.kind === 'infinite' && rounded.negative ? 0xf8 : 0x78;
  }
  return { type: BsonType.decimal, bytes, start: 0, end: 16 };
}

function writeFinite(bytes: Buffer, decimal: FiniteDecimal): void {
  const sign = decimal.negative ? 1n << 63n : 0n;
  const exponent = BigInt(decimal.exponent - LEAST_EXPONENT) << 49n;
  bytes.writeBigUInt64LE(BigInt.asUintN(64, decimal.coefficient), 0);
  bytes.writeBigUInt64LE(sign | exponent | (decimal.coefficient >> 64n), 8);
}

/** Rounds to what decimal128 holds. */
export function roundDecimal(decimal: FiniteDecimal): Decimal {
  const { negative } = decimal;
  let { coefficient, exponent } = decimal;
  const excess = Math.max(digitCount(coefficient) - DECIMAL_DIGITS, LEAST_EXPONENT - exponent);
  if (excess > 0) {
    coefficient = divideHalfEven(coefficient, powerOfTen(excess));
    exponent += excess;
    if (coefficient > MOST_COEFFICIENT) {
      coefficient /= 10n;
      exponent += 1;
    }
  }
  if (exponent > MOST_EXPONENT) {
    if (coefficient === 0n) exponent = MOST_EXPONENT;
    const shift = exponent - MOST_EXPONENT;
    if (digitCount(coefficient) + shift > DECIMAL_DIGITS) return infiniteDecimal(negative);
    coefficient *= powerOfTen(shift);
    exponent = MOST_EXPONENT;
  }
  return { kind: 'finite', negative, coefficient, exponent };
}

/** Quotient of non-negative numbers, rounded to nearest, ties to even. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  if (twice > divisor || (twice === divisor && (quotient & 1n) === 1n)) return quotient + 1n;
  return quotient;
}

/** An integer as a decimal, exactly; not yet rounded to 34 digits. */
export function decimalFromBigInt(value: bigint): FiniteDecimal {
  const negative = value < 0n;
  return { kind: 'finite', negative, coefficient: negative ? -value : value, exponent: 0 };
}

/** MongoDB turns a Double into a Decimal128 of 15 significant digits. */
const DOUBLE_DIGITS = 15;

/** A double as a decimal of 15 significant digits, as MongoDB converts it. */
export function decimalFromDouble(value: number): Decimal {
  if (Number.isNaN(value)) return NAN_DECIMAL;
  if (!Number.isFinite(value)) return infiniteDecimal(value < 0);
  const negative = value < 0 || Object.is(value, -0);
  if (value === 0) return { kind: 'finite', negative, coefficient: 0n, exponent: 0 };
  const [digits = '0', exponent = '0'] = Math.abs(value)
    .toExponential(DOUBLE_DIGITS - 1)
    .split('e');
  const coefficient = BigInt(digits.replace('.', ''));
  return { kind: 'finite', negative, coefficient, exponent: Number(exponent) - (DOUBLE_DIGITS - 1) };
}

/** The signed coefficient. */
export function signed(decimal: FiniteDecimal): bigint {
  return decimal.negative ? -decimal.coefficient : decimal.coefficient;
}
