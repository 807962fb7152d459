import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DEFAULT_PAGE_SIZE, pageQuerySchema, toPage } from './paging.js';

describe('pages', () => {
  it('have 50 rows when nothing else is asked for', () => {
    expect(pageQuerySchema.parse({})).toEqual({ limit: DEFAULT_PAGE_SIZE });
    expect(DEFAULT_PAGE_SIZE).toBe(50);
  });

  it('give each row once and in order, however long the list and the pages', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 10 }), (length, limit) => {
        const rows = Array.from({ length }, (_, n) => ({ id: String(n).padStart(3, '0') }));
        const read = (cursor: string | null) =>
          rows.filter(({ id }) => cursor === null || id > cursor).slice(0, limit + 1);
        const found = [];
        let page = toPage(read(null), limit);
        for (; page.nextCursor !== null; page = toPage(read(page.nextCursor), limit)) {
          expect(page.items).toHaveLength(limit);
          found.push(...page.items);
        }
        expect([...found, ...page.items]).toEqual(rows);
      }),
    );
  });
});
