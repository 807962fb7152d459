import type { Index } from '../index/index.js';
import type { SortField } from '../query/sort.js';
import type { IndexBounds } from './index-bounds.js';

/**
 * Whether reading the index within its bounds gives the order asked for, and in which direction. Fields bound to one
 * value do not matter to the order; those bound to several (`$in`) do, since their ranges are read in the order of the index.
 * Arrays break it (a document then stands at several places), and keys that were cut.
 */
export function servesSort(
  index: Index,
  bounds: IndexBounds,
  sort: readonly SortField[],
): 'forward' | 'reverse' | undefined {
  if (index.traits.hasLongKeys) return undefined;
  const fixed = new Set(
    bounds.equal.flatMap((values, position) =>
      values.length === 1 && !index.traits.multikey.includes(position)
        ? [index.spec.fields[position]!.path]
        : [],
    ),
  );
  // Single keys of a unique index are looked up in ascending order only.
  const looksUpKeys = index.spec.unique && bounds.equal.length === index.paths.length;
  let position = 0;
  let order: 1 | -1 | undefined;
  for (const field of sort) {
    if (fixed.has(field.path)) continue;
    while (position < index.paths.length && fixed.has(index.spec.fields[position]!.path)) position += 1;
    const indexed = index.spec.fields[position];
    if (indexed?.path !== field.path || index.traits.multikey.includes(position)) return undefined;
    if (looksUpKeys && (bounds.equal[position]?.length ?? 1) > 1) return undefined;
    const direction = indexed.direction === field.direction ? 1 : -1;
    if (order !== undefined && order !== direction) return undefined;
    order = direction;
    position += 1;
  }
  return order === -1 ? 'reverse' : 'forward';
}
