import { z } from 'zod';

export const DEFAULT_PAGE_SIZE = 50;
export const BAD_CURSOR = 'must be the nextCursor of the page before';

/** `?limit=&cursor=` of every list. The cursor is what the previous page answered as `nextCursor`. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(DEFAULT_PAGE_SIZE),
  cursor: z
    .string()
    .regex(/^[0-9a-f]{24}$/, BAD_CURSOR)
    .optional(),
});

export type PageQuery = z.infer<typeof pageQuerySchema>;

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/**
 * Makes a page of rows that were read in the order of their ids, one more than asked for, so that a last page is known
 * without counting.
 */
export function toPage<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? items.at(-1)!.id : null };
}
