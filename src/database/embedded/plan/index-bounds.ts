import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import type { Index } from '../index/index.js';
import type { FieldCondition } from '../query/filter.js';

/** What is known of the leading fields of an index: equal to one of these values each, then at most one interval. */
export interface IndexBounds {
  readonly equal: readonly (readonly BsonValue[])[];
  readonly interval: Interval | undefined;
}

export interface Interval {
  readonly low?: { readonly value: BsonValue; readonly inclusive: boolean };
  readonly high?: { readonly value: BsonValue; readonly inclusive: boolean };
}

/** Above this, the product of several `$in` lists costs more than reading what the first of them finds. */
export const MOST_RANGES = 10_000;

export function findBounds(index: Index, conditions: readonly FieldCondition[]): IndexBounds {
  const equal: (readonly BsonValue[])[] = [];
  let multikeyUsed = false;
  let ranges = 1;
  for (let position = 0; position < index.paths.length; position += 1) {
    const path = index.paths[position]!;
    if (path.indexes.some((arrayIndex) => arrayIndex >= 0)) break;
    const isMultikey = index.traits.multikey.includes(position);
    // Conditions on two fields below one array may hold for different elements, so only one of them can be a bound.
    if (isMultikey && multikeyUsed) break;
    const usable = conditions.filter((condition) => condition.path === path.text && isUsable(condition));
    const values = equalityValues(usable);
    if (values === undefined || ranges * values.length > MOST_RANGES) {
      return { equal, interval: values === undefined ? findInterval(usable, isMultikey) : undefined };
    }
    ranges *= values.length;
    equal.push(values);
    multikeyUsed ||= isMultikey;
  }
  return { equal, interval: undefined };
}

/** Arrays match by element as well, and null and undefined by what is not there: not what an index key can tell. */
export function isUsable(condition: FieldCondition): boolean {
  const comparesOrder = condition.op !== 'eq' && condition.op !== 'in';
  return condition.values.every((value) => {
    switch (value.type) {
      case BsonType.array:
      case BsonType.regex:
      case BsonType.undefined:
        return false;
      case BsonType.null:
      case BsonType.minKey:
      case BsonType.maxKey:
        return !comparesOrder;
      default:
        return !(comparesOrder && isNumber(value) && Number.isNaN(toDouble(value)));
    }
  });
}

export function equalityValues(conditions: readonly FieldCondition[]): readonly BsonValue[] | undefined {
  const exact = conditions.find((condition) => condition.op === 'eq');
  return (exact ?? conditions.find((condition) => condition.op === 'in'))?.values;
}

export function findInterval(
  conditions: readonly FieldCondition[],
  isMultikey: boolean,
): Interval | undefined {
  const low = conditions.find(({ op }) => op === 'gt' || op === 'gte');
  const high = conditions.find(({ op }) => op === 'lt' || op === 'lte');
  if (!low && !high) return undefined;
  const lowBound = low && { value: low.values[0]!, inclusive: low.op === 'gte' };
  const highBound = high && { value: high.values[0]!, inclusive: high.op === 'lte' };
  // One element may be above the low bound and another below the high one.
  if (isMultikey && lowBound && highBound) return { low: lowBound };
  return { ...(lowBound && { low: lowBound }), ...(highBound && { high: highBound }) };
}
