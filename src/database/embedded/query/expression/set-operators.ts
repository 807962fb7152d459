import { booleanValue, NULL_VALUE } from '../../bson/bson-convert.js';
import { valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues, equalValues } from '../../bson/compare.js';
import { keyText } from '../../bson/key-text.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import { binary, isNullish, isTrue, typeOf, unary, variadic, type OperatorParser } from './expression.js';

/** Distinct values in BSON's order, as MongoDB answers its sets. */
function distinct(values: readonly BsonValue[]): BsonValue[] {
  const sorted = values.toSorted(compareValues);
  return sorted.filter((value, index) => index === 0 || !equalValues(value, sorted[index - 1]!));
}

function keysOf(values: readonly BsonValue[]): Set<string> {
  return new Set(values.map((value) => keyText(value)));
}

function elements(value: BsonValue | undefined, code: number, name: string): BsonValue[] {
  if (value?.type !== BsonType.array) {
    throw locationError(
      code,
      `All operands of ${name} must be arrays. One argument is of type: ${typeOf(value)}`,
    );
  }
  return valuesOf(value);
}

function union(values: (BsonValue | undefined)[], name: string): BsonValue {
  if (values.some((value) => isNullish(value))) return NULL_VALUE;
  return arrayOf(distinct(values.flatMap((value) => elements(value, 17_043, name))));
}

function intersection(values: (BsonValue | undefined)[], name: string): BsonValue {
  if (values.some((value) => isNullish(value))) return NULL_VALUE;
  const [first = [], ...others] = values.map((value) => elements(value, 17_047, name));
  const keys = others.map((other) => keysOf(other));
  return arrayOf(distinct(first.filter((value) => keys.every((held) => held.has(keyText(value))))));
}

function difference(a: BsonValue | undefined, b: BsonValue | undefined, name: string): BsonValue {
  if (isNullish(a) || isNullish(b)) return NULL_VALUE;
  const wanted = elements(a, 17_048, name);
  const seen = keysOf(elements(b, 17_049, name));
  const kept: BsonValue[] = [];
  for (const value of wanted) {
    const key = keyText(value);
    if (!seen.has(key)) kept.push(value);
    seen.add(key);
  }
  return arrayOf(kept);
}

function setEquals(values: (BsonValue | undefined)[], name: string): BsonValue {
  const [first, ...others] = values.map((value) => arrayOf(distinct(elements(value, 17_044, name))));
  return booleanValue(others.every((other) => equalValues(other, first!)));
}

function isSubset(a: BsonValue | undefined, b: BsonValue | undefined, name: string): BsonValue {
  const small = elements(a, 17_046, name);
  const large = keysOf(elements(b, 17_042, name));
  return booleanValue(small.every((value) => large.has(keyText(value))));
}

function truthOf(value: BsonValue | undefined, code: number, name: string): boolean[] {
  if (value?.type !== BsonType.array) {
    throw locationError(code, `${name}'s argument must be an array, but is ${typeOf(value)}`);
  }
  return valuesOf(value).map((element) => isTrue(element));
}

export const SET_OPERATORS: Record<string, OperatorParser> = {
  $setUnion: variadic(union),
  $setIntersection: variadic(intersection),
  $setDifference: binary(difference),
  $setEquals: variadic(setEquals, 2),
  $setIsSubset: binary(isSubset),
  $anyElementTrue: unary((value, name) => booleanValue(truthOf(value, 17_041, name).some(Boolean))),
  $allElementsTrue: unary((value, name) => booleanValue(truthOf(value, 17_040, name).every(Boolean))),
};
