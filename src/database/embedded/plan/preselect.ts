import { TimeSlice } from '../cursor/time-slice.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { isUsable } from './index-bounds.js';
import { Matches, type Match } from './matches.js';
import { planQuery } from './planner.js';
import { findMatches, type Query } from './query.js';

/** Up to here a scan of all documents inside the write queue holds nobody up for long: some 10 ms. */
const SMALL_COLLECTION = 3_000;
const MOST_EXAMINED = 256;

/**
 * The records a write without an index is about, found before it enters the write queue and in steps, so that a scan of
 * a large collection does not hold up everybody else. They are tested again when they are written; documents that come
 * to match in between are not written, as in MongoDB, which yields too.
 * @returns undefined when the write is to find its documents itself: there is an index, or the collection is small.
 */
export async function preselect(
  environment: Environment,
  collection: Collection | undefined,
  query: Query,
  deadlineMs: number,
): Promise<number[] | undefined> {
  if (!collection || collection.count < SMALL_COLLECTION) return undefined;
  if (!query.hint && namesIds(query)) return undefined;
  const plan = planQuery(collection, query.filter, query.sort, query.hint);
  if (plan.access.kind !== 'collection' || plan.mustSort) return undefined;
  const matches = new Matches(environment, collection, query, plan.access);
  const slice = new TimeSlice(deadlineMs, () => matches.pause());
  const limit = query.limit || Number.POSITIVE_INFINITY;
  const found: number[] = [];
  while (found.length < limit) {
    const match = matches.next(MOST_EXAMINED);
    if (match === undefined) break;
    if (match) found.push(match.recordId);
    if (slice.isOver) await slice.rest();
  }
  matches.pause();
  return found;
}

/** Spares most writes a second plan. */
function namesIds({ filter }: Query): boolean {
  return filter.conditions.some(
    (condition) =>
      condition.path === '_id' && (condition.op === 'eq' || condition.op === 'in') && isUsable(condition),
  );
}

/** The documents of a write: found now, or among the candidates those that still match. */
export function chooseMatches(
  environment: Environment,
  collection: Collection,
  query: Query,
  candidates: readonly number[] | undefined,
): Match[] {
  if (!candidates) return findMatches(environment, collection, query);
  return candidates.flatMap((recordId) => {
    const document = collection.read(recordId);
    return document && query.filter.matches(document, query.settings) ? [{ recordId, document }] : [];
  });
}
