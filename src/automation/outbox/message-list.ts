import { containsText } from '../../database/contains-text.js';
import type { MessageDocument } from './message.schema.js';

/** Which messages; everything that is given must hold. */
export interface MessageFilter {
  account?: string | undefined;
  person?: string | undefined;
  job?: string | undefined;
  /** One of these. */
  jobs?: readonly string[];
  automation?: string | undefined;
  type?: MessageDocument['type'] | undefined;
  status?: MessageDocument['status'] | undefined;
  /** Written down at this time or later, and before that one. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Part of the code of its error, in any case. */
  error?: string | undefined;
}

export interface MessagePage {
  rows: MessageDocument[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** At most so many messages are looked at for one page, as in other lists. */
export const MAX_LOOKED_AT = 5000;

/**
 * Where a page begins: at a time, after so many messages of that very millisecond. Ids of messages are no order, and an
 * index on the time alone leaves messages of one millisecond in the order in which they came.
 */
export interface ListStart {
  atMs: number;
  shown: number;
}

export const CURSOR = /^(\d{1,14})\.(\d{1,6})$/;

export function parseCursor(cursor: string): ListStart | undefined {
  const [, atMs, shown] = CURSOR.exec(cursor) ?? [];
  return atMs === undefined ? undefined : { atMs: Number(atMs), shown: Number(shown) };
}

/** The cursor of what comes after these rows. */
export function cursorBehind(rows: readonly MessageDocument[], start: ListStart | undefined): string {
  const atMs = rows.at(-1)!.createdAt.getTime();
  const ofThatTime = rows.filter(({ createdAt }) => createdAt.getTime() === atMs).length;
  return `${atMs}.${ofThatTime + (start?.atMs === atMs ? start.shown : 0)}`;
}

/** Conditions on the time. */
export function timesOf({ from, to }: MessageFilter, start: ListStart | undefined): Record<string, Date> {
  return {
    ...(from && { $gte: from }),
    ...(to && { $lt: to }),
    ...(start && { $lte: new Date(start.atMs) }),
  };
}

/** All other conditions: those on the conversation, which an index serves, apart. */
export function toQuery(filter: MessageFilter): { conversation?: object; query: object } {
  const { account, person, jobs, error, from: _from, to: _to, ...same } = filter;
  const query = {
    ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)),
    ...(jobs && { job: { $in: jobs } }),
    ...(error !== undefined && { error: containsText(error) }),
  };
  if (account !== undefined && person !== undefined) return { conversation: { account, person }, query };
  return {
    query: { ...query, ...(account !== undefined && { account }), ...(person !== undefined && { person }) },
  };
}
