import { isNumber, toTruncatedInteger } from '../../bson/bson-number.js';
import { valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';
import type { ElementTest } from '../path-matcher.js';

const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

function asLong(value: BsonValue): bigint | undefined {
  const whole = toTruncatedInteger(value);
  return whole !== undefined && whole >= LEAST_LONG && whole <= MOST_LONG ? whole : undefined;
}

/** The operand of `$mod`: [divisor, remainder]; fractions are cut off, of the operand and of the values. */
export function modTest(operand: BsonValue): ElementTest {
  if (operand.type !== BsonType.array) throw storeErrors.BadValue('malformed mod, needs to be an array');
  const [divisorValue, remainderValue, ...rest] = valuesOf(operand);
  if (divisorValue === undefined || remainderValue === undefined) {
    throw storeErrors.BadValue('malformed mod, not enough elements');
  }
  if (rest.length > 0) throw storeErrors.BadValue('malformed mod, too many elements');
  const divisor = operandLong('divisor', divisorValue);
  const remainder = operandLong('remainder', remainderValue);
  if (divisor === 0n) throw storeErrors.BadValue('divisor cannot be 0');
  return (value) => {
    if (value === undefined || !isNumber(value)) return false;
    const dividend = asLong(value);
    return dividend !== undefined && dividend % divisor === remainder;
  };
}

function operandLong(role: string, value: BsonValue): bigint {
  if (!isNumber(value)) throw storeErrors.BadValue(`malformed mod, ${role} not a number`);
  const long = asLong(value);
  if (long === undefined) throw storeErrors.BadValue(`malformed mod, ${role} value is invalid`);
  return long;
}
