import { integerValue, toDecimal } from './bson-arithmetic.js';
import { doubleValue } from './bson-convert.js';
import { decimalToDouble, splitDouble, toDouble, toExactInteger } from './bson-number.js';
import { BsonType, type BsonValue } from './bson-value.js';
import {
  decimalValue,
  divideHalfEven,
  NAN_DECIMAL,
  powerOfTen,
  roundDecimal,
  signed,
  type Decimal,
  type FiniteDecimal,
} from './decimal128.js';

/** `nearest` rounds ties to even. */
export type RoundingDirection = 'nearest' | 'zero' | 'up' | 'down';

function quotient(
  dividend: bigint,
  divisor: bigint,
  negative: boolean,
  direction: RoundingDirection,
): bigint {
  if (direction === 'nearest') return divideHalfEven(dividend, divisor);
  const whole = dividend / divisor;
  const away = direction === 'up' ? !negative : direction === 'down' && negative;
  return away && dividend % divisor !== 0n ? whole + 1n : whole;
}

/** Rounds to a multiple of 10^-places. */
function quantize(decimal: FiniteDecimal, places: number, direction: RoundingDirection): FiniteDecimal {
  const shift = -places - decimal.exponent;
  if (shift <= 0) return decimal;
  const coefficient = quotient(decimal.coefficient, powerOfTen(shift), decimal.negative, direction);
  return { ...decimal, coefficient, exponent: -places };
}

/** A finite double as a decimal, exactly. */
function exactDecimal(value: number): FiniteDecimal {
  const { mantissa, exponent } = splitDouble(Math.abs(value));
  const negative = value < 0 || Object.is(value, -0);
  return exponent >= 0
    ? { kind: 'finite', negative, coefficient: mantissa << BigInt(exponent), exponent: 0 }
    : { kind: 'finite', negative, coefficient: mantissa * 5n ** BigInt(-exponent), exponent };
}

/** Rounds a number to `places` digits after the point (negative: before it); its type stays, but an Int32 may widen. */
export function roundNumber(value: BsonValue, places: number, direction: RoundingDirection): BsonValue {
  if (value.type === BsonType.double) {
    const double = toDouble(value);
    if (!Number.isFinite(double)) return value;
    return doubleValue(decimalToDouble(quantize(exactDecimal(double), places, direction)));
  }
  if (value.type === BsonType.decimal) {
    const decimal = toDecimal(value);
    return decimal.kind === 'finite' ? decimalValue(quantize(decimal, places, direction)) : value;
  }
  if (places >= 0) return value;
  const integer = toExactInteger(value) ?? 0n;
  const unit = powerOfTen(-places);
  const negative = integer < 0n;
  const rounded = quotient(negative ? -integer : integer, unit, negative, direction) * unit;
  const result = integerValue(negative ? -rounded : rounded, value.type === BsonType.long);
  return result ?? doubleValue(Number(negative ? -rounded : rounded));
}

/** The nearest integer: of a Double ties go away from zero (C's llround), of a Decimal128 to even. */
export function roundToInteger(value: BsonValue): bigint | undefined {
  if (value.type === BsonType.double) {
    const double = toDouble(value);
    if (!Number.isFinite(double)) return undefined;
    const magnitude = BigInt(Math.round(Math.abs(double)));
    return double < 0 ? -magnitude : magnitude;
  }
  const decimal = toDecimal(value);
  if (decimal.kind !== 'finite') return undefined;
  const whole = quantize(decimal, 0, 'nearest');
  const magnitude = whole.coefficient * powerOfTen(Math.max(0, whole.exponent));
  return whole.negative ? -magnitude : magnitude;
}

/** The remainder of a truncating division, with the sign of the dividend. */
export function remainderOfDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind !== 'finite' || b.kind === 'nan') return NAN_DECIMAL;
  if (b.kind === 'infinite') return a;
  if (b.coefficient === 0n) return NAN_DECIMAL;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = signed(a) * powerOfTen(a.exponent - exponent);
  const right = b.coefficient * powerOfTen(b.exponent - exponent);
  const rest = left % right;
  return roundDecimal({
    kind: 'finite',
    negative: a.negative,
    coefficient: rest < 0n ? -rest : rest,
    exponent,
  });
}
