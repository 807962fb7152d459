import { isNumber, toExactInteger } from '../../bson/bson-number.js';
import { readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';
import type { ElementTest } from '../path-matcher.js';

const { int, long, double, decimal } = BsonType;
const NUMBERS = [int, long, double, decimal];

/** MongoDB's aliases of the types. */
const ALIASES: Record<string, number> = { ...BsonType };

const KNOWN_TYPES = new Set<number>(Object.values(BsonType));

/** The operand of `$type`: a number, an alias, or an array of these. */
export function typeTest(operand: BsonValue): ElementTest {
  const types = new Set(
    operand.type === BsonType.array ? valuesOf(operand).flatMap((each) => typesOf(each)) : typesOf(operand),
  );
  if (types.size === 0) throw storeErrors.FailedToParse('$type must match at least one type');
  return (value) => value !== undefined && types.has(value.type);
}

function typesOf(operand: BsonValue): number[] {
  if (operand.type === BsonType.string) {
    const alias = readString(operand);
    if (alias === 'number') return NUMBERS;
    const type = Object.hasOwn(ALIASES, alias) ? ALIASES[alias] : undefined;
    if (type === undefined) throw storeErrors.BadValue(`Unknown type name alias: ${alias}`);
    return [type];
  }
  if (!isNumber(operand)) {
    throw storeErrors.TypeMismatch('type must be represented as a number or a string');
  }
  const code = toExactInteger(operand);
  if (code === 0n) {
    throw storeErrors.BadValue('Invalid numerical type code: 0. Instead use {$exists:false}.');
  }
  const type = code === -1n ? BsonType.minKey : Number(code);
  if (!KNOWN_TYPES.has(type) || code === 255n) {
    throw storeErrors.BadValue(`Invalid numerical type code: ${code ?? 'not an integer'}`);
  }
  return [type];
}
