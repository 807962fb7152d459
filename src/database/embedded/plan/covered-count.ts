import { BsonType } from '../bson/bson-value.js';
import { isUsable } from './index-bounds.js';
import { conditionsAreWhole } from './whole-conditions.js';
import type { FieldCondition, Filter } from '../query/filter.js';
import type { Environment } from '../storage/environment.js';
import type { KeyRange } from './key-range.js';
import type { Plan } from './planner.js';

/** Walking that many keys one by one takes about as long as counting fifty times as many. */
const WORTH_WALKING = 5000;

const PLAIN_TYPES: ReadonlySet<number> = new Set([
  BsonType.double,
  BsonType.int,
  BsonType.long,
  BsonType.decimal,
  BsonType.string,
  BsonType.objectId,
  BsonType.bool,
  BsonType.date,
  BsonType.timestamp,
]);

/**
 * How many keys the plan's ranges hold, when each of them stands for exactly one match: the ranges say all that the
 * filter says, no document has several keys and no key was cut. Counted by LMDB, without reading a document.
 *
 * @param enough where to stop: the answer may be larger, but is not smaller than it because of that
 */
export function countKeys(
  environment: Environment,
  filter: Filter,
  { access }: Plan,
  enough = Number.POSITIVE_INFINITY,
): number | undefined {
  if (access.kind !== 'ranges' || access.keyTests.length > 0) return undefined;
  const { index, ranges } = access;
  if (index.traits.multikey.length > 0 || index.traits.hasLongKeys) return undefined;
  if (!conditionsAreWhole(filter.root) || !filter.conditions.every((condition) => isPlain(condition)))
    return undefined;
  if (!ranges.every((range) => range.isExact)) return undefined;
  if (!areAllBounds(access.bounds, filter.conditions, index.spec.fields)) return undefined;
  let count = 0;
  for (const range of ranges) {
    if (count >= enough) break;
    count += keysIn(environment, range, enough - count);
  }
  return count;
}

/** LMDB counts a range to its end, about 20 ns a key, whatever limit it is given. */
function keysIn({ entries }: Environment, range: KeyRange, enough: number): number {
  if (enough > WORTH_WALKING) return entries.getKeysCount({ ...range });
  let count = 0;
  for (const _ of entries.getKeys({ ...range, limit: enough })) count += 1;
  return count;
}

/** The bounds were made of it whole: its key stands for the value and nothing else. */
function isPlain(condition: FieldCondition): boolean {
  const { op, values } = condition;
  return op !== 'exists' && isUsable(condition) && values.every((value) => PLAIN_TYPES.has(value.type));
}

/** Each field that is bound has the conditions its bounds were made of, and there are no others. */
function areAllBounds(
  bounds: { readonly equal: readonly unknown[]; readonly interval: object | undefined },
  conditions: readonly FieldCondition[],
  fields: readonly { readonly path: string }[],
): boolean {
  let used = 0;
  for (const [position, { path }] of fields.entries()) {
    const here = conditions.filter((condition) => condition.path === path);
    if (position < bounds.equal.length) {
      if (here.length !== 1) return false;
      used += 1;
    } else if (position === bounds.equal.length && bounds.interval) {
      const lows = here.filter(({ op }) => op === 'gt' || op === 'gte').length;
      const highs = here.filter(({ op }) => op === 'lt' || op === 'lte').length;
      if (lows > 1 || highs > 1 || lows + highs !== here.length) return false;
      used += here.length;
    }
  }
  return used === conditions.length;
}
