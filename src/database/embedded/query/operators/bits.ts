import { isNumber, toExactInteger } from '../../bson/bson-number.js';
import { readInt32, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';
import type { ElementTest } from '../path-matcher.js';

const LONG_BITS = 64;
const LIMIT = 2n ** 63n;

/** The positions an operand of `$bitsAllSet` and its kin names: a mask, positions, or binary data. */
function positionsOf(operator: string, operand: BsonValue): number[] {
  if (operand.type === BsonType.array) return valuesOf(operand).map((value) => positionOf(operator, value));
  if (operand.type === BsonType.binary) return setBits(operand);
  if (!isNumber(operand)) throw storeErrors.BadValue(`${operator} takes an Array, a number, or a BinData`);
  const mask = toExactInteger(operand);
  if (mask === undefined || mask < 0n || mask >= LIMIT) {
    throw storeErrors.FailedToParse(`Expected a non-negative integer in: ${operator}`);
  }
  return Array.from({ length: LONG_BITS }, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n);
}

function positionOf(operator: string, value: BsonValue): number {
  const position = isNumber(value) ? toExactInteger(value) : undefined;
  if (position === undefined || position < 0n || position > 0x7f_ff_ff_ffn) {
    throw storeErrors.BadValue(`bit positions of ${operator} must be non-negative integers`);
  }
  return Number(position);
}

function binaryBit(value: BsonValue, bit: number): boolean {
  const length = readInt32(value.bytes, value.start);
  const byte = bit >> 3;
  return byte < length && ((value.bytes[value.start + 5 + byte]! >> (bit & 7)) & 1) === 1;
}

function setBits(value: BsonValue): number[] {
  const bits: number[] = [];
  const length = readInt32(value.bytes, value.start) * 8;
  for (let bit = 0; bit < length; bit += 1) if (binaryBit(value, bit)) bits.push(bit);
  return bits;
}

/** Tells whether a bit of a value is set; undefined for values that have no bits (fractions, beyond a Long). */
function bitReader(value: BsonValue): ((bit: number) => boolean) | undefined {
  if (value.type === BsonType.binary) return (bit) => binaryBit(value, bit);
  const number = isNumber(value) ? toExactInteger(value) : undefined;
  if (number === undefined || number < -LIMIT || number >= LIMIT) return undefined;
  return (bit) => ((number >> BigInt(Math.min(bit, LONG_BITS - 1))) & 1n) === 1n;
}

/** `$bitsAllSet`, `$bitsAllClear`, `$bitsAnySet`, `$bitsAnyClear`. */
export function bitsTest(operator: string, operand: BsonValue): ElementTest {
  const positions = positionsOf(operator, operand);
  const wanted = operator.endsWith('Set');
  const any = operator.startsWith('$bitsAny');
  return (value) => {
    const reader = value && bitReader(value);
    if (reader === undefined) return false;
    const fits = (position: number): boolean => reader(position) === wanted;
    return any ? positions.some(fits) : positions.every(fits);
  };
}
