import {
  addNumbers,
  divideDecimals,
  integerValue,
  multiplyNumbers,
  subtractNumbers,
  toDecimal,
} from '../../bson/bson-arithmetic.js';
import { dateValue, doubleValue, int32Value, longValue, NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toDouble, toExactInteger, toTruncatedInteger } from '../../bson/bson-number.js';
import { elementsOf, readInt64 } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { decimalValue } from '../../bson/decimal128.js';
import { remainderOfDecimals, roundNumber, roundToInteger } from '../../bson/bson-rounding.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { binary, isNullish, typeOf, unary, variadic, type OperatorParser } from './expression.js';

const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

function add(values: (BsonValue | undefined)[]): BsonValue {
  let total: BsonValue = int32Value(0);
  let isDate = false;
  for (const value of values) {
    if (value === undefined || isNullish(value)) return NULL_VALUE;
    if (value.type === BsonType.date) {
      if (isDate) throw locationError(16_612, 'only one date allowed in an $add expression');
      isDate = true;
      total = longValue(dateSum(total, value));
    } else if (!isNumber(value)) {
      throw storeErrors.TypeMismatch(`$add only supports numeric or date types, not ${typeOf(value)}`);
    } else if (isDate) {
      total = longValue(dateSum(value, total));
    } else {
      total = addNumbers(total, value) ?? doubleValue(toDouble(total) + toDouble(value));
    }
  }
  return isDate ? dateValue(readInt64(total.bytes, total.start)) : total;
}

/** Milliseconds of a date (or of a Long that stands for one) and of a number, rounded. */
function dateSum(number: BsonValue, date: BsonValue): bigint {
  const sum = readInt64(date.bytes, date.start) + wholeMs(number);
  if (sum < LEAST_LONG || sum > MOST_LONG) throw storeErrors.Overflow('date overflow');
  return sum;
}

function wholeMs(number: BsonValue): bigint {
  const rounded =
    number.type === BsonType.double || number.type === BsonType.decimal
      ? roundToInteger(number)
      : toExactInteger(number);
  if (rounded === undefined || rounded < LEAST_LONG || rounded > MOST_LONG) {
    throw storeErrors.Overflow('date overflow');
  }
  return rounded;
}

function subtract(a: BsonValue | undefined, b: BsonValue | undefined): BsonValue {
  if (a !== undefined && b !== undefined && isNumber(a) && isNumber(b)) {
    return subtractNumbers(a, b) ?? doubleValue(toDouble(a) - toDouble(b));
  }
  if (a === undefined || b === undefined || isNullish(a) || isNullish(b)) return NULL_VALUE;
  if (a.type === BsonType.date && b.type === BsonType.date) {
    return longValue(BigInt.asIntN(64, readInt64(a.bytes, a.start) - readInt64(b.bytes, b.start)));
  }
  if (a.type === BsonType.date && isNumber(b)) {
    const difference = readInt64(a.bytes, a.start) - wholeMs(b);
    if (difference < LEAST_LONG || difference > MOST_LONG) throw storeErrors.Overflow('date overflow');
    return dateValue(difference);
  }
  throw storeErrors.TypeMismatch(
    `can't $subtract ${typeOf(b)} from ${a.type === BsonType.date ? 'Date' : typeOf(a)}`,
  );
}

function multiply(values: (BsonValue | undefined)[]): BsonValue {
  let product: BsonValue = int32Value(1);
  for (const value of values) {
    if (value === undefined || isNullish(value)) return NULL_VALUE;
    if (!isNumber(value)) {
      throw storeErrors.TypeMismatch(`$multiply only supports numeric types, not ${typeOf(value)}`);
    }
    product = multiplyNumbers(product, value) ?? doubleValue(toDouble(product) * toDouble(value));
  }
  return product;
}

function divide(a: BsonValue | undefined, b: BsonValue | undefined): BsonValue {
  if (a === undefined || b === undefined || isNullish(a) || isNullish(b)) return NULL_VALUE;
  if (!isNumber(a) || !isNumber(b)) {
    throw storeErrors.TypeMismatch(`$divide only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`);
  }
  if (toDouble(b) === 0 && toTruncatedInteger(b) === 0n && isZero(b)) {
    throw storeErrors.BadValue("can't $divide by zero");
  }
  if (a.type === BsonType.decimal || b.type === BsonType.decimal) {
    return decimalValue(divideDecimals(toDecimal(a), toDecimal(b)));
  }
  return doubleValue(toDouble(a) / toDouble(b));
}

function isZero(value: BsonValue): boolean {
  const decimal = toDecimal(value);
  return decimal.kind === 'finite' && decimal.coefficient === 0n;
}

function modulo(a: BsonValue | undefined, b: BsonValue | undefined): BsonValue {
  if (a === undefined || b === undefined || isNullish(a) || isNullish(b)) return NULL_VALUE;
  if (!isNumber(a) || !isNumber(b)) {
    throw locationError(16_611, `$mod only supports numeric types, not ${typeOf(a)} and ${typeOf(b)}`);
  }
  if (a.type === BsonType.decimal || b.type === BsonType.decimal) {
    if (isZero(b)) throw locationError(5_733_415, "can't $mod by zero");
    return decimalValue(remainderOfDecimals(toDecimal(a), toDecimal(b)));
  }
  if (toDouble(b) === 0) throw locationError(16_610, "can't $mod by zero");
  if (a.type === BsonType.double || b.type === BsonType.double) {
    return doubleValue(toDouble(a) % toDouble(b));
  }
  const remainder = (toExactInteger(a) ?? 0n) % (toExactInteger(b) ?? 1n);
  const wide = a.type === BsonType.long || b.type === BsonType.long;
  return integerValue(remainder, wide) ?? NULL_VALUE;
}

/** `$abs`, `$ceil`, `$floor`, `$sqrt` and their kin: null for null, an error for what is no number. */
function numeric(calculate: (value: BsonValue, name: string) => BsonValue): OperatorParser {
  return unary((value, name) => {
    if (value === undefined || isNullish(value)) return NULL_VALUE;
    if (!isNumber(value)) {
      throw locationError(28_765, `${name} only supports numeric types, not ${typeOf(value)}`);
    }
    return calculate(value, name);
  });
}

function absolute(value: BsonValue): BsonValue {
  if (value.type === BsonType.decimal) {
    const decimal = toDecimal(value);
    return decimalValue(decimal.kind === 'nan' ? decimal : { ...decimal, negative: false });
  }
  if (value.type === BsonType.double) return doubleValue(Math.abs(toDouble(value)));
  const integer = toExactInteger(value) ?? 0n;
  if (integer === LEAST_LONG) throw locationError(28_680, "can't take $abs of long long min");
  return integerValue(integer < 0n ? -integer : integer, value.type === BsonType.long) ?? value;
}

/** Functions of real numbers: calculated in doubles; a Decimal128, which deserves 34 digits, is refused. */
function real(
  calculate: (value: number) => number,
  code: number,
  isAllowed: (value: number) => boolean,
): OperatorParser {
  return numeric((value, name) => {
    if (value.type === BsonType.decimal) {
      throw storeErrors.NotImplemented(`${name} of a Decimal128 is not supported by this store`);
    }
    const double = toDouble(value);
    if (!Number.isNaN(double) && !isAllowed(double)) {
      throw locationError(code, `${name}'s argument is out of its range: ${double}`);
    }
    return doubleValue(calculate(double));
  });
}

const isPositive = (value: number): boolean => value > 0;

function power(base: BsonValue | undefined, exponent: BsonValue | undefined, name: string): BsonValue {
  if (base === undefined || exponent === undefined || isNullish(base) || isNullish(exponent))
    return NULL_VALUE;
  if (!isNumber(base)) throw locationError(28_762, `$pow's base must be numeric, not ${typeOf(base)}`);
  if (!isNumber(exponent))
    throw locationError(28_763, `$pow's exponent must be numeric, not ${typeOf(exponent)}`);
  if (base.type === BsonType.decimal || exponent.type === BsonType.decimal) {
    throw storeErrors.NotImplemented(`${name} of a Decimal128 is not supported by this store`);
  }
  const b = toDouble(base);
  const e = toDouble(exponent);
  if (b === 0 && e < 0) throw locationError(28_764, '$pow cannot take a base of 0 and a negative exponent');
  if (base.type === BsonType.double || exponent.type === BsonType.double) return doubleValue(b ** e);
  const wide = base.type === BsonType.long || exponent.type === BsonType.long;
  return (
    integerPower(toExactInteger(base) ?? 0n, toExactInteger(exponent) ?? 0n, wide) ?? doubleValue(b ** e)
  );
}

/** Whole powers stay whole numbers while they fit a Long. */
function integerPower(base: bigint, exponent: bigint, wide: boolean): BsonValue | undefined {
  if (base === 0n || base === 1n) return integerValue(exponent === 0n ? 1n : base, wide);
  if (base === -1n) return integerValue(exponent % 2n === 0n ? 1n : -1n, wide);
  if (exponent < 0n || exponent > 63n) return undefined;
  return integerValue(base ** exponent, wide);
}

function logarithm(value: BsonValue | undefined, base: BsonValue | undefined): BsonValue {
  if (value === undefined || base === undefined || isNullish(value) || isNullish(base)) return NULL_VALUE;
  if (!isNumber(value)) throw locationError(28_756, `$log's argument must be numeric, not ${typeOf(value)}`);
  if (!isNumber(base)) throw locationError(28_757, `$log's base must be numeric, not ${typeOf(base)}`);
  if (value.type === BsonType.decimal || base.type === BsonType.decimal) {
    throw storeErrors.NotImplemented('$log of a Decimal128 is not supported by this store');
  }
  const v = toDouble(value);
  const b = toDouble(base);
  if (v <= 0) throw locationError(28_758, `$log's argument must be a positive number, but is ${v}`);
  if (b <= 0 || b === 1) {
    throw locationError(28_759, `$log's base must be a positive number not equal to 1, but is ${b}`);
  }
  return doubleValue(Math.log(v) / Math.log(b));
}

function rounding(toward: 'nearest' | 'zero'): OperatorParser {
  return variadic(
    ([value, places], name) => {
      if (value === undefined || isNullish(value)) return NULL_VALUE;
      if (!isNumber(value))
        throw locationError(51_081, `${name} only supports numeric types, not ${typeOf(value)}`);
      if (places === undefined) return roundNumber(value, 0, toward);
      if (isNullish(places)) return NULL_VALUE;
      const precision = isNumber(places) ? toExactInteger(places) : undefined;
      if (precision === undefined) {
        throw locationError(51_082, `precision argument to ${name} must be a integral value`);
      }
      if (precision < -20n || precision > 100n) {
        throw locationError(
          51_083,
          `cannot apply ${name} with precision value ${precision} value must be in [-20, 100]`,
        );
      }
      return roundNumber(value, Number(precision), toward);
    },
    1,
    2,
  );
}

/** A number from 0 up to 1, another for each evaluation. */
const rand: OperatorParser = (operand) => {
  if (operand.type !== BsonType.object && operand.type !== BsonType.array) {
    throw storeErrors.FailedToParse('$rand takes no arguments, i.e. $rand:{}');
  }
  if (elementsOf(operand).length > 0) {
    throw locationError(3_040_501, '$rand does not currently accept arguments');
  }
  return () => doubleValue(Math.random());
};

export const ARITHMETIC_OPERATORS: Record<string, OperatorParser> = {
  $add: variadic(add),
  $subtract: binary(subtract),
  $multiply: variadic(multiply),
  $divide: binary(divide),
  $mod: binary(modulo),
  $abs: numeric(absolute),
  $ceil: numeric((value) => roundNumber(value, 0, 'up')),
  $floor: numeric((value) => roundNumber(value, 0, 'down')),
  $round: rounding('nearest'),
  $trunc: rounding('zero'),
  $sqrt: real(Math.sqrt, 28_714, (value) => value >= 0),
  $exp: real(Math.exp, 28_765, () => true),
  $ln: real(Math.log, 28_766, isPositive),
  $log10: real(Math.log10, 28_761, isPositive),
  $log: binary(logarithm),
  $pow: binary(power),
  $rand: rand,
};
