import { toDouble, toExactInteger } from './bson-number.js';
import { doubleValue, int32Value, longValue } from './bson-convert.js';
import { BsonType, type BsonValue } from './bson-value.js';
import {
  DECIMAL_DIGITS,
  decimalFromBigInt,
  decimalFromDouble,
  decimalValue,
  digitCount,
  infiniteDecimal,
  NAN_DECIMAL,
  powerOfTen,
  readDecimal,
  roundDecimal,
  signed,
  type Decimal,
  type FiniteDecimal,
} from './decimal128.js';

/*
 * MongoDB's arithmetic: the result has the wider type of the two (Int32 < Long < Double < Decimal128), Int32 widens to
 * Long when it overflows, a Long that overflows has no result here, and callers say what becomes of it.
 */

const LEAST_INT = -(2n ** 31n);
const MOST_INT = 2n ** 31n - 1n;
const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

/** A number as a decimal: whole numbers exactly, a Double to 15 digits as MongoDB converts it. */
export function toDecimal(value: BsonValue): Decimal {
  if (value.type === BsonType.decimal) return readDecimal(value.bytes, value.start);
  if (value.type === BsonType.double) return decimalFromDouble(toDouble(value));
  return decimalFromBigInt(toExactInteger(value) ?? 0n);
}

/** An integer as Int32 or Long as `wide` asks or its size needs; undefined beyond a Long. */
export function integerValue(value: bigint, wide: boolean): BsonValue | undefined {
  if (!wide && value >= LEAST_INT && value <= MOST_INT) return int32Value(Number(value));
  return value >= LEAST_LONG && value <= MOST_LONG ? longValue(value) : undefined;
}

interface Operation {
  integers(a: bigint, b: bigint): bigint;
  doubles(a: number, b: number): number;
  decimals(a: Decimal, b: Decimal): Decimal;
}

function calculate(operation: Operation, a: BsonValue, b: BsonValue): BsonValue | undefined {
  if (a.type === BsonType.decimal || b.type === BsonType.decimal) {
    return decimalValue(operation.decimals(toDecimal(a), toDecimal(b)));
  }
  if (a.type === BsonType.double || b.type === BsonType.double) {
    return doubleValue(operation.doubles(toDouble(a), toDouble(b)));
  }
  const result = operation.integers(toExactInteger(a) ?? 0n, toExactInteger(b) ?? 0n);
  return integerValue(result, a.type === BsonType.long || b.type === BsonType.long);
}

const ADDITION: Operation = {
  integers: (a, b) => a + b,
  doubles: (a, b) => a + b,
  decimals: addDecimals,
};

const MULTIPLICATION: Operation = {
  integers: (a, b) => a * b,
  doubles: (a, b) => a * b,
  decimals: multiplyDecimals,
};

const SUBTRACTION: Operation = {
  integers: (a, b) => a - b,
  doubles: (a, b) => a - b,
  decimals: (a, b) => addDecimals(a, negateDecimal(b)),
};

/** The sum of two numbers; undefined when it overflows a Long. */
export function addNumbers(a: BsonValue, b: BsonValue): BsonValue | undefined {
  return calculate(ADDITION, a, b);
}

/** The difference of two numbers; undefined when it overflows a Long. */
export function subtractNumbers(a: BsonValue, b: BsonValue): BsonValue | undefined {
  return calculate(SUBTRACTION, a, b);
}

/** The product of two numbers; undefined when it overflows a Long. */
export function multiplyNumbers(a: BsonValue, b: BsonValue): BsonValue | undefined {
  return calculate(MULTIPLICATION, a, b);
}

/** The decimal with the other sign; NaN stays. */
export function negateDecimal(decimal: Decimal): Decimal {
  return decimal.kind === 'nan' ? decimal : { ...decimal, negative: !decimal.negative };
}

function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN_DECIMAL;
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    if (a.kind === b.kind) return a.negative === b.negative ? a : NAN_DECIMAL;
    return a.kind === 'infinite' ? a : b;
  }
  return addFinite(a, b);
}

/** Beyond this distance the smaller operand only says on which side of a tie the sum lies. */
const MOST_SHIFT = 2 * DECIMAL_DIGITS + 2;

function addFinite(a: FiniteDecimal, b: FiniteDecimal): Decimal {
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a];
  const distance = high.exponent - low.exponent;
  if (high.coefficient === 0n || distance <= MOST_SHIFT) {
    const shift = high.coefficient === 0n ? 0 : distance;
    const sum = signed(high) * powerOfTen(shift) + signed(low);
    return finite(sum, low.exponent, a.negative && b.negative);
  }
  const sticky = low.coefficient === 0n ? 0n : low.negative ? -1n : 1n;
  return finite(signed(high) * powerOfTen(MOST_SHIFT) + sticky, high.exponent - MOST_SHIFT, false);
}

function finite(value: bigint, exponent: number, negativeZero: boolean): Decimal {
  const negative = value === 0n ? negativeZero : value < 0n;
  return roundDecimal({ kind: 'finite', negative, coefficient: value < 0n ? -value : value, exponent });
}

function isZero(decimal: Decimal): boolean {
  return decimal.kind === 'finite' && decimal.coefficient === 0n;
}

function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN_DECIMAL;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    return isZero(a) || isZero(b) ? NAN_DECIMAL : infiniteDecimal(negative);
  }
  return finite(signed(a) * signed(b), a.exponent + b.exponent, negative);
}

/** Quotient of two decimals to 34 digits; division by zero gives infinity or NaN, as IEEE 754 says. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN_DECIMAL;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite') return b.kind === 'infinite' ? NAN_DECIMAL : infiniteDecimal(negative);
  if (b.kind === 'infinite') return { kind: 'finite', negative, coefficient: 0n, exponent: -6176 };
  if (b.coefficient === 0n) return a.coefficient === 0n ? NAN_DECIMAL : infiniteDecimal(negative);
  const ideal = a.exponent - b.exponent;
  if (a.coefficient === 0n)
    return roundDecimal({ kind: 'finite', negative, coefficient: 0n, exponent: ideal });
  const extra = DECIMAL_DIGITS + 2 + Math.max(0, digitCount(b.coefficient) - digitCount(a.coefficient));
  const dividend = a.coefficient * powerOfTen(extra);
  let coefficient = dividend / b.coefficient;
  let exponent = ideal - extra;
  if (dividend % b.coefficient !== 0n) {
    // One more digit that is not zero keeps the rounding from seeing a tie.
    return roundDecimal({
      kind: 'finite',
      negative,
      coefficient: coefficient * 10n + 1n,
      exponent: exponent - 1,
    });
  }
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return roundDecimal({ kind: 'finite', negative, coefficient, exponent });
}
