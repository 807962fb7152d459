import { Types, type mongo } from 'mongoose';

/**
 * At most so many documents are looked at for one page. A filter that few fit would else read all of a million to fill
 * its page; so a page may be short, or even empty, and still have a next one.
 */
const MAX_LOOKED_AT = 5000;

/**
 * Ids carry the second in which a process made them, by its machine's own clock, and stored times are the database's. A
 * list of some time begins at its ids, this much before and after: a machine whose clock is off by more would be missed.
 */
const CLOCKS_APART_MS = 120_000;

export interface TimeRange {
  /** This time or later … */
  from?: Date | undefined;
  /** … and before that one. */
  to?: Date | undefined;
}

/** What ids can be of that time; empty when no time is given. Exact times are for another condition to check. */
export function idsAround({ from, to }: TimeRange): { $gte?: Types.ObjectId; $lt?: Types.ObjectId } {
  return {
    ...(from && { $gte: idAt(from.getTime() - CLOCKS_APART_MS) }),
    ...(to && { $lt: idAt(to.getTime() + CLOCKS_APART_MS) }),
  };
}

// The epoch's first seconds: MongoDB has no earlier ids.
const idAt = (ms: number) => Types.ObjectId.createFromTime(Math.max(0, Math.floor(ms / 1000)));

export interface NewestFirst extends TimeRange {
  /** Conditions that an index serves together with the id; none: the index of ids. */
  indexed: Record<string, unknown>;
  /** All other conditions. */
  filter: Record<string, unknown>;
  projection: Record<string, unknown>;
  limit: number;
  /** Where the page before ended: an id. */
  cursor?: string | undefined;
}

/** A page of documents, and where the next one begins; null on the last. */
export interface ScannedPage<T> {
  rows: T[];
  nextCursor: string | null;
}

/**
 * A page by id, the newest first: a document keeps its place whatever happens to it, so none is shown twice, and none is
 * missed but those that no longer fit.
 */
export async function newestFirst<T extends { _id: Types.ObjectId }>(
  collection: Pick<mongo.Collection, 'find'>,
  { indexed, filter, projection, limit, cursor, ...time }: NewestFirst,
): Promise<ScannedPage<T>> {
  const ids = { ...idsAround(time), ...(cursor !== undefined && { $lt: new Types.ObjectId(cursor) }) };
  const inOrder = (query: object, fields: object) =>
    collection.find(query, { projection: fields }).sort({ _id: -1 });
  const [last] = await inOrder(withIds(indexed, ids), { _id: 1 })
    .skip(MAX_LOOKED_AT - 1)
    .limit(1)
    .toArray();
  const lookedAt = last ? { ...ids, $gte: last._id as Types.ObjectId } : ids;
  const found = await inOrder({ ...withIds(indexed, lookedAt), ...filter }, projection)
    .limit(limit + 1)
    .toArray();
  const rows = found.slice(0, limit) as unknown as T[];
  const end = found.length > limit ? rows.at(-1)!._id : last?._id;
  return { rows, nextCursor: end ? String(end) : null };
}

const withIds = (query: Record<string, unknown>, ids: object) =>
  Object.keys(ids).length > 0 ? { ...query, _id: ids } : query;
