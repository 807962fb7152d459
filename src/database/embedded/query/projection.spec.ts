import { describe, expect, it } from '@jest/globals';
import { deserialize, EJSON, serialize } from 'bson';
import { StoreError } from '../store.errors.js';
import { compileFilter } from './filter.js';
import { compileProjection } from './projection.js';

type Document = Record<string, unknown>;

function project(spec: Document, doc: Document, filter: Document = {}): Document {
  const compiled = compileFilter(serialize(filter));
  const projection = compileProjection(serialize(spec), [], compiled);
  const bytes = serialize(doc);
  const matchedIndex = compiled.matchedIndex(bytes, projection?.positionalArrayPath);
  return deserialize(projection?.project(bytes, { matchedIndex }) ?? bytes);
}

function refusal(spec: Document): number | undefined {
  try {
    compileProjection(serialize(spec));
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

describe('compileProjection', () => {
  it.each<[Document, Document, Document]>([
    [{ a: 1 }, { _id: 1, a: 2, b: 3 }, { _id: 1, a: 2 }],
    [
      { b: 1, a: true },
      { _id: 1, a: 2, b: 3 },
      { _id: 1, a: 2, b: 3 },
    ],
    [{ a: 1, _id: 0 }, { _id: 1, a: 2, b: 3 }, { a: 2 }],
    [{ _id: 1 }, { _id: 1, a: 2 }, { _id: 1 }],
    [{ _id: 0 }, { _id: 1, a: 2 }, { a: 2 }],
    [{ a: 0 }, { _id: 1, a: 2, b: 3 }, { _id: 1, b: 3 }],
    [
      { a: 0, _id: 1 },
      { _id: 1, a: 2, b: 3 },
      { _id: 1, b: 3 },
    ],
    [{ 'a.b': 1 }, { _id: 1, a: { b: 1, c: 2 } }, { _id: 1, a: { b: 1 } }],
    [{ a: { b: 1 } }, { _id: 1, a: { b: 1, c: 2 } }, { _id: 1, a: { b: 1 } }],
    [{ 'a.b': 1 }, { _id: 1, a: 5 }, { _id: 1 }],
    [
      { 'a.b': 1 },
      { _id: 1, a: [{ b: 1, c: 1 }, 5, { c: 1 }, [{ b: 2 }]] },
      { _id: 1, a: [{ b: 1 }, {}, [{ b: 2 }]] },
    ],
    [{ 'a.b': 0 }, { _id: 1, a: [{ b: 1, c: 1 }, 5] }, { _id: 1, a: [{ c: 1 }, 5] }],
    [{ a: { $slice: 2 } }, { _id: 1, a: [1, 2, 3], b: 1 }, { _id: 1, a: [1, 2], b: 1 }],
    [{ a: { $slice: -2 } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2, 3] }],
    [{ a: { $slice: [1, 1] } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2] }],
    [{ a: { $slice: [-2, 1] } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2] }],
    [
      { a: { $slice: 1 }, b: 1 },
      { _id: 1, a: [1, 2], b: 1, c: 1 },
      { _id: 1, a: [1], b: 1 },
    ],
    [
      { a: { $slice: 1 }, b: 0 },
      { _id: 1, a: [1, 2], b: 1, c: 1 },
      { _id: 1, a: [1], c: 1 },
    ],
    [
      { a: { $elemMatch: { b: 2 } } },
      { _id: 1, a: [{ b: 1 }, { b: 2 }, { b: 2, c: 1 }], d: 1 },
      { _id: 1, a: [{ b: 2 }] },
    ],
    [{ a: { $elemMatch: { $gt: 1 } } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2] }],
    [{ a: { $elemMatch: { b: 9 } } }, { _id: 1, a: [{ b: 1 }] }, { _id: 1 }],
    [
      { a: { $elemMatch: { b: 2 } }, c: 0 },
      { _id: 1, a: [{ b: 2 }], c: 1, d: 1 },
      { _id: 1, a: [{ b: 2 }], d: 1 },
    ],
    [{ _id: 0, a: { $elemMatch: { b: 2 } } }, { _id: 1, a: [{ b: 2 }], c: 1 }, { a: [{ b: 2 }] }],
    [
      { n: { $add: ['$a', 1] }, s: 'x', t: '$b.c' },
      { _id: 1, a: 2, b: { c: 3 } },
      { _id: 1, n: 3, s: 'x', t: 3 },
    ],
    [{ n: { $slice: ['$a', 1] } }, { _id: 1, a: [2, 3] }, { _id: 1, n: [2] }],
    [{}, { _id: 1, a: 2 }, { _id: 1, a: 2 }],
  ])('%j of %j is %j', (spec, doc, expected) => {
    expect(EJSON.stringify(project(spec, doc))).toBe(EJSON.stringify(expected));
  });

  it('answers the element that matched for a positional projection', () => {
    const doc = { _id: 1, a: [{ b: 1 }, { b: 2 }], c: 1 };
    expect(project({ 'a.$': 1 }, doc, { 'a.b': 2 })).toEqual({ _id: 1, a: [{ b: 2 }] });
    expect(project({ 'a.$.b': 1 }, doc, { 'a.b': 2 })).toEqual({ _id: 1, a: [{ b: 2 }] });
    expect(() => project({ 'a.$': 1 }, doc, { a: { $ne: 1 } })).toThrow(
      expect.objectContaining({ code: 51_246 }),
    );
    expect(() => project({ 'a.$': 1 }, doc, { c: 1 })).toThrow(expect.objectContaining({ code: 31_277 }));
  });

  it.each<[Document, number]>([
    [{ a: 1, b: 0 }, 31_254],
    [{ a: 0, b: 1 }, 31_253],
    [{ a: 1, 'a.b': 1 }, 31_249],
    [{ 'a.b': 1, a: 1 }, 31_250],
    [{ a: {} }, 51_270],
    [{ 'a..b': 1 }, 15_998],
    [{ $a: 1 }, 16_410],
    [{ 'a.$': 1, 'b.$': 1 }, 31_276],
    [{ 'a.b': { $elemMatch: { c: 1 } } }, 31_275],
    [{ a: { $elemMatch: 1 } }, 31_274],
    [{ a: { $meta: 'textScore' } }, 238],
    [{ a: { $slice: 'x' } }, 28_667],
    [{ a: { $foo: 1 } }, 31_325],
    [{ a: 0, b: 'x' }, 31_310],
    [{ a: 0, b: { $add: [1] } }, 31_252],
    [{ a: { $slice: 1, b: 1 } }, 16_410],
    [{ 'a.$': 0 }, 16_410],
    [{ 'a.$': { b: 1 } }, 31_271],
    [{ 'a.$': 'x' }, 31_308],
    [{ 'a.$': 1, b: { $elemMatch: { c: 1 } } }, 31_255],
  ])('refuses %j with code %d', (spec, code) => {
    expect(refusal(spec)).toBe(code);
  });
});
