import type { DocumentStream } from '../cursor/document-stream.js';
import { TimeSlice } from '../cursor/time-slice.js';
import { countKeys } from '../plan/covered-count.js';
import { planQuery } from '../plan/planner.js';
import { streamQuery, type Query } from '../plan/query.js';
import type { Collection } from '../storage/collection.js';
import type { StoreContext } from './command.js';

/** How many documents a query finds. */
export async function countMatches(
  { environment, catalog }: Pick<StoreContext, 'environment' | 'catalog'>,
  collection: Collection,
  query: Query,
  deadlineMs: number,
): Promise<number> {
  const isWhole = query.filter.root.kind === 'and' && query.filter.root.children.length === 0;
  const plan = planQuery(collection, query.filter, undefined, query.hint);
  const enough = query.limit ? query.limit + (query.skip ?? 0) : undefined;
  const counted =
    isWhole && !query.hint
      ? catalog.committedCount(collection)
      : countKeys(environment, query.filter, plan, enough);
  if (counted !== undefined) {
    const left = Math.max(0, counted - (query.skip ?? 0));
    return query.limit ? Math.min(left, query.limit) : left;
  }
  return countStream(streamQuery(environment, collection, query), deadlineMs);
}

/** Reads a stream to its end. */
export async function countStream(stream: DocumentStream, deadlineMs: number): Promise<number> {
  const slice = new TimeSlice(deadlineMs, () => stream.pause());
  for (let count = 0; ;) {
    const document = stream.next();
    if (document === undefined) {
      stream.pause();
      return count;
    }
    if (document) count += 1;
    if (!document || (count % 64 === 0 && slice.isOver)) await slice.rest();
  }
}
