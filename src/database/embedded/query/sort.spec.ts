import { describe, expect, it } from '@jest/globals';
import { deserialize, serialize } from 'bson';
import * as fc from 'fast-check';
import { arbitraryDocument } from '../../../../test/support/arbitrary-bson.js';
import { compileSort } from './sort.js';

type Document = Record<string, unknown>;

function sorted(spec: Document, docs: Document[]): Document[] {
  const sort = compileSort(serialize(spec));
  return docs
    .map((doc) => serialize(doc))
    .toSorted(sort.compare)
    .map((doc) => deserialize(doc));
}

describe('compileSort', () => {
  it('sorts by several fields, each in its direction, missing before values', () => {
    const docs = [{ a: 1, b: 1 }, { a: 1, b: 2 }, { b: 0 }, { a: 0 }];
    expect(sorted({ a: 1, b: -1 }, docs)).toEqual([{ b: 0 }, { a: 0 }, { a: 1, b: 2 }, { a: 1, b: 1 }]);
  });

  it('takes the least element of an array ascending and the greatest descending', () => {
    const docs = [{ a: [5, 9] }, { a: 6 }, { a: [] }, {}];
    expect(sorted({ a: 1 }, docs)).toEqual([{ a: [] }, {}, { a: [5, 9] }, { a: 6 }]);
    expect(sorted({ a: -1 }, docs)).toEqual([{ a: [5, 9] }, { a: 6 }, {}, { a: [] }]);
  });

  it('compares the fields of one array element together', () => {
    const first = {
      a: [
        { b: 1, c: 9 },
        { b: 2, c: 0 },
      ],
    };
    const second = { a: [{ b: 1, c: 5 }] };
    expect(sorted({ 'a.b': 1, 'a.c': 1 }, [first, second])).toEqual([second, first]);
  });

  it('refuses parallel arrays and bad directions', () => {
    expect(() => sorted({ a: 1, b: 1 }, [{ a: [1], b: [1] }, {}])).toThrow(
      expect.objectContaining({ code: 2 }),
    );
    expect(() => compileSort(serialize({ a: 2 }))).toThrow(expect.objectContaining({ code: 15_975 }));
    expect(() => compileSort(serialize({ a: 'x' }))).toThrow(expect.objectContaining({ code: 15_974 }));
    expect(() => compileSort(serialize({ 'a..b': 1 }))).toThrow(expect.objectContaining({ code: 15_998 }));
  });

  it('gives keys that order as it compares', () => {
    const sort = compileSort(serialize({ a: 1, b: -1 }));
    fc.assert(
      fc.property(arbitraryDocument, arbitraryDocument, (a, b) => {
        let order: number;
        try {
          order = Math.sign(sort.compare(a, b));
        } catch {
          fc.pre(false);
          return;
        }
        expect(Buffer.compare(sort.key(a), sort.key(b))).toBe(order + 0);
      }),
      { numRuns: 1_000 },
    );
  });
});
