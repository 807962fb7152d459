import { fieldEnd } from '../index/key-fields.js';
import type { Index } from '../index/index.js';
import type { FieldCondition } from '../query/filter.js';
import { PREFIX_BYTES } from '../storage/key-space.js';
import { equalityValues, findInterval, isUsable, type IndexBounds } from './index-bounds.js';
import { toRanges, type KeyRange } from './key-range.js';

/** A condition on one field of an index, as the ranges of bytes that the field's part of a key may be in. */
export interface KeyTest {
  readonly index: Index;
  readonly position: number;
  readonly ranges: readonly KeyRange[];
}

const NO_PREFIX = Buffer.alloc(0);

/** The conditions that the bounds leave over and that index keys can decide: not on arrays, not when keys were cut. */
export function findKeyTests(
  index: Index,
  bounds: IndexBounds,
  conditions: readonly FieldCondition[],
): KeyTest[] {
  if (index.traits.hasLongKeys) return [];
  const bound = bounds.equal.length + (bounds.interval ? 1 : 0);
  return index.paths.flatMap((path, position) => {
    const isPlain = !index.traits.multikey.includes(position) && path.indexes.every((at) => at < 0);
    if (position < bound || !isPlain) return [];
    const usable = conditions.filter((condition) => condition.path === path.text && isUsable(condition));
    const values = equalityValues(usable);
    const interval = values ? undefined : findInterval(usable, false);
    if (!values && !interval) return [];
    const shape = { prefix: NO_PREFIX, directions: [index.directions[position]!] };
    return [{ index, position, ranges: toRanges(shape, { equal: values ? [values] : [], interval }) }];
  });
}

/** Whether a key may belong to a match; true as well when the key does not tell. */
export function passes(tests: readonly KeyTest[], key: Uint8Array): boolean {
  let position = 0;
  let start = PREFIX_BYTES;
  for (const test of tests) {
    let end = start;
    for (; position <= test.position; position += 1) {
      start = end;
      end = fieldEnd(key, start, test.index.directions[position] === -1);
      if (end < 0) return true;
    }
    const field = key.subarray(start, end);
    if (!test.ranges.some((range) => contains(range, field))) return false;
    start = end;
  }
  return true;
}

function contains(range: KeyRange, field: Uint8Array): boolean {
  return Buffer.compare(field, range.start) >= 0 && Buffer.compare(field, range.end) < 0;
}
