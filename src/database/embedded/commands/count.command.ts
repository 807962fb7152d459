import { DocumentBuilder } from '../bson/document-builder.js';
import { TimeSlice } from '../cursor/time-slice.js';
import { countKeys } from '../plan/covered-count.js';
import { planQuery } from '../plan/planner.js';
import { readHint, streamQuery, type Query } from '../plan/query.js';
import type { Collection } from '../storage/collection.js';
import type { Command, StoreContext } from './command.js';
import { readFilter, refuseCollation } from './compiled.js';

export const countCommand: Command = {
  name: 'count',
  fields: ['query', 'limit', 'skip', 'hint', 'collation', 'fields'],
  async run({ args, database, deadlineMs }, { catalog, environment }) {
    refuseCollation(args);
    const filter = readFilter(args, 'query');
    const limit = Math.abs(args.integer('limit') ?? 0);
    const skip = args.count('skip') ?? 0;
    const collection = catalog.find(database, args.requiredString('count'));
    let count = 0;
    if (collection) {
      const hint = readHint(args, collection);
      count = await countMatches(
        { environment, catalog },
        collection,
        { filter, hint, skip, limit },
        deadlineMs,
      );
    }
    return new DocumentBuilder(64).appendInt32('n', count).appendDouble('ok', 1).finish();
  },
};

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
  const stream = streamQuery(environment, collection, query);
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
