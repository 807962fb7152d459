import { describe, expect, it } from '@jest/globals';
import { Decimal128, deserialize, Double, EJSON, Int32, Long, serialize, Timestamp } from 'bson';
import { StoreError } from '../store.errors.js';
import { compileFilter } from './filter.js';
import { compileUpdate } from './update.js';
import { upsertDocument } from './upsert.js';

type Document = Record<string, unknown>;

const now = new Date('2026-01-02T03:04:05.678Z');

interface Case {
  arrayFilters?: Document[];
  filter?: Document;
  upsert?: boolean;
}

function applyBytes(
  update: Document,
  doc: Document,
  options: Case = {},
): { before: Uint8Array; after: Uint8Array } {
  const before = serialize(doc);
  const arrayFilters = options.arrayFilters?.map((filter) => serialize(filter)) ?? [];
  const compiled = compileUpdate(serialize(update), { arrayFilters });
  const matchedIndex = options.filter
    ? compileFilter(serialize(options.filter)).matchedIndex(before, compiled.positionalArrayPath)
    : undefined;
  const context = {
    now,
    upsert: options.upsert ?? false,
    ...(matchedIndex === undefined ? {} : { matchedIndex }),
  };
  return { before, after: compiled.apply(before, context) };
}

const apply = (update: Document, doc: Document, options?: Case): Document =>
  deserialize(applyBytes(update, doc, options).after, { promoteValues: false });

/** Canonical Extended JSON: tells types and the order of fields apart. */
function inspect(bytes: Uint8Array): string {
  return EJSON.stringify(deserialize(bytes, { promoteValues: false }), { relaxed: false });
}

const stored = (doc: Document): string => inspect(serialize(doc));

const result = (update: Document, doc: Document, options?: Case): string =>
  inspect(applyBytes(update, doc, options).after);

function refusal(update: Document, doc: Document, options?: Case): number | undefined {
  try {
    applyBytes(update, doc, options);
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

const long = (value: bigint): Long => Long.fromBigInt(value);

describe('field operators', () => {
  it.each<[Document, Document, Document]>([
    [{ $set: { a: 1 } }, { _id: 1 }, { _id: 1, a: 1 }],
    [{ $set: { a: 2 } }, { _id: 1, a: 1, b: 1 }, { _id: 1, a: 2, b: 1 }],
    [{ $set: { b: 1, a: 1 } }, { _id: 1 }, { _id: 1, a: 1, b: 1 }],
    [{ $set: { 'a.10': 1, 'a.9': 1 } }, { _id: 1 }, { _id: 1, a: { 9: 1, 10: 1 } }],
    [{ $set: { 'a.b.c': 1 } }, { _id: 1 }, { _id: 1, a: { b: { c: 1 } } }],
    [{ $set: { 'a.b': 1 } }, { _id: 1, a: { c: 2 }, d: 3 }, { _id: 1, a: { c: 2, b: 1 }, d: 3 }],
    [{ $set: { 'a.1': 5 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1, 5] }],
    [{ $set: { 'a.3': 5 } }, { _id: 1, a: [1] }, { _id: 1, a: [1, null, null, 5] }],
    [{ $set: { 'a.0.b': 5 } }, { _id: 1, a: [{ b: 1 }] }, { _id: 1, a: [{ b: 5 }] }],
    [{ $set: { a: { $b: 1 } } }, { _id: 1 }, { _id: 1, a: { $b: 1 } }],
    [{ $set: {} }, { _id: 1 }, { _id: 1 }],
    [{ $set: { 'a.$b': 1 } }, { _id: 1 }, { _id: 1, a: { $b: 1 } }],
    [{ $unset: { a: '' } }, { _id: 1, a: 1, b: 1 }, { _id: 1, b: 1 }],
    [{ $unset: { 'a.b': '' } }, { _id: 1, a: { b: 1 } }, { _id: 1, a: {} }],
    [{ $unset: { 'a.b': '' } }, { _id: 1, a: 5 }, { _id: 1, a: 5 }],
    [{ $unset: { 'a.b.c': '' } }, { _id: 1 }, { _id: 1 }],
    [{ $unset: { 'a.0': '' } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [null, 2] }],
    [{ $setOnInsert: { a: 1 } }, { _id: 1 }, { _id: 1 }],
    [{ $min: { a: 1 } }, { _id: 1, a: 2 }, { _id: 1, a: 1 }],
    [{ $min: { a: 1 } }, { _id: 1, a: 'x' }, { _id: 1, a: 1 }],
    [{ $max: { a: 1 } }, { _id: 1, a: 'x' }, { _id: 1, a: 'x' }],
    [{ $max: { a: 1 } }, { _id: 1 }, { _id: 1, a: 1 }],
    [{ $currentDate: { a: true } }, { _id: 1 }, { _id: 1, a: now }],
    [{ $currentDate: { a: { $type: 'date' } } }, { _id: 1, a: 1 }, { _id: 1, a: now }],
    [{ $rename: { a: 'b' } }, { _id: 1, a: 5 }, { _id: 1, b: 5 }],
    [{ $rename: { a: 'b' } }, { _id: 1, b: 1, a: 5 }, { _id: 1, b: 5 }],
    [{ $rename: { a: 'b.c' } }, { _id: 1, a: 5 }, { _id: 1, b: { c: 5 } }],
    [{ $rename: { a: 'b' } }, { _id: 1, c: 5 }, { _id: 1, c: 5 }],
    [{ $bit: { a: { and: 6, or: 1 } } }, { _id: 1, a: 13 }, { _id: 1, a: 5 }],
    [{ $bit: { a: { xor: 5 } } }, { _id: 1 }, { _id: 1, a: 5 }],
    [
      { $set: { a: 1 }, $unset: { b: 1 } },
      { _id: 1, b: 2 },
      { _id: 1, a: 1 },
    ],
  ])('%j on %j gives %j', (update, doc, expected) => {
    expect(result(update, doc)).toBe(stored(expected));
  });

  it('answers the same reference when nothing changes', () => {
    for (const update of [{ $set: { a: 1 } }, { $inc: { a: 0 } }, { $max: { a: 0 } }, { $unset: { z: 1 } }]) {
      const { before, after } = applyBytes(update, { _id: 1, a: 1 });
      expect(after).toBe(before);
    }
  });

  it('applies $setOnInsert to an inserted document', () => {
    expect(result({ $setOnInsert: { a: 1 } }, { _id: 1 }, { upsert: true })).toBe(stored({ _id: 1, a: 1 }));
  });
});

describe('arithmetic', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['$inc', new Int32(5), new Int32(1), new Int32(6)],
    ['$inc', new Double(5), new Int32(1), new Double(6)],
    ['$inc', long(2n ** 53n), new Int32(1), long(2n ** 53n + 1n)],
    ['$inc', new Int32(2 ** 31 - 1), new Int32(1), long(2n ** 31n)],
    ['$inc', long(1n), new Int32(1), long(2n)],
    ['$inc', Decimal128.fromString('0.1'), new Int32(1), Decimal128.fromString('1.1')],
    ['$inc', Decimal128.fromString('1'), new Double(0.1), Decimal128.fromString('1.100000000000000')],
    ['$inc', new Double(0.1), new Double(0.2), new Double(0.1 + 0.2)],
    ['$mul', new Int32(2 ** 30), new Int32(4), long(2n ** 32n)],
    ['$mul', new Int32(3), new Double(0.5), new Double(1.5)],
    ['$mul', Decimal128.fromString('1.10'), new Int32(3), Decimal128.fromString('3.30')],
  ])('%s of %p by %p is %p', (operator, value, operand, expected) => {
    expect(apply({ [operator]: { a: operand } }, { a: value })).toEqual({ a: expected });
  });

  it('creates absent fields: $inc with the operand, $mul with zero of its type', () => {
    expect(apply({ $inc: { a: long(3n) } }, {})).toEqual({ a: long(3n) });
    expect(apply({ $mul: { a: long(3n) } }, {})).toEqual({ a: long(0n) });
  });
});

describe('array operators', () => {
  it.each<[Document, Document, Document]>([
    [{ $push: { a: 1 } }, { _id: 1 }, { _id: 1, a: [1] }],
    [{ $push: { a: [1, 2] } }, { _id: 1, a: [0] }, { _id: 1, a: [0, [1, 2]] }],
    [{ $push: { a: { $each: [1, 2] } } }, { _id: 1, a: [0] }, { _id: 1, a: [0, 1, 2] }],
    [{ $push: { a: { $each: [9], $position: 1 } } }, { _id: 1, a: [0, 1] }, { _id: 1, a: [0, 9, 1] }],
    [{ $push: { a: { $each: [9], $position: -1 } } }, { _id: 1, a: [0, 1] }, { _id: 1, a: [0, 9, 1] }],
    [{ $push: { a: { $each: [5, 1], $sort: 1 } } }, { _id: 1, a: [3] }, { _id: 1, a: [1, 3, 5] }],
    [{ $push: { a: { $each: [5, 1], $sort: 1, $slice: -2 } } }, { _id: 1, a: [3] }, { _id: 1, a: [3, 5] }],
    [{ $push: { a: { $each: [], $slice: 1 } } }, { _id: 1, a: [3, 4] }, { _id: 1, a: [3] }],
    [
      { $push: { a: { $each: [{ s: 1 }], $sort: { s: -1 } } } },
      { _id: 1, a: [{ s: 0 }, { s: 2 }] },
      { _id: 1, a: [{ s: 2 }, { s: 1 }, { s: 0 }] },
    ],
    [{ $addToSet: { a: 1 } }, { _id: 1, a: [new Double(1)] }, { _id: 1, a: [new Double(1)] }],
    [{ $addToSet: { a: { $each: [1, 2, 2, 3] } } }, { _id: 1, a: [1] }, { _id: 1, a: [1, 2, 3] }],
    [{ $addToSet: { a: { $each: [2, 2] } } }, { _id: 1 }, { _id: 1, a: [2] }],
    [{ $pull: { a: 1 } }, { _id: 1, a: [1, 2, 1] }, { _id: 1, a: [2] }],
    [{ $pull: { a: { $gte: 2 } } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [1] }],
    [{ $pull: { a: { b: 1 } } }, { _id: 1, a: [{ b: 1, c: 1 }, { b: 2 }, 1] }, { _id: 1, a: [{ b: 2 }, 1] }],
    [{ $pull: { a: { b: { $in: [1] } } } }, { _id: 1, a: [{ b: 1 }, { b: 2 }] }, { _id: 1, a: [{ b: 2 }] }],
    [{ $pull: { a: /^x/ } }, { _id: 1, a: ['x', 'y'] }, { _id: 1, a: ['y'] }],
    [{ $pull: { a: 1 } }, { _id: 1 }, { _id: 1 }],
    [{ $pullAll: { a: [1, 3] } }, { _id: 1, a: [1, 2, 3] }, { _id: 1, a: [2] }],
    [{ $pop: { a: 1 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [1] }],
    [{ $pop: { a: -1 } }, { _id: 1, a: [1, 2] }, { _id: 1, a: [2] }],
  ])('%j on %j gives %j', (update, doc, expected) => {
    expect(result(update, doc)).toBe(stored(expected));
  });
});

describe('positional operators', () => {
  it('$ stands for the element that the filter matched', () => {
    const doc = { _id: 1, a: [{ b: 1 }, { b: 2 }], tags: ['x'] };
    expect(result({ $set: { 'a.$.c': 5 } }, doc, { filter: { 'a.b': 2, tags: 'x' } })).toBe(
      stored({ _id: 1, a: [{ b: 1 }, { b: 2, c: 5 }], tags: ['x'] }),
    );
    expect(refusal({ $set: { 'a.$.c': 5 } }, doc, { filter: { _id: 1 } })).toBe(2);
  });

  it('$[] stands for all elements', () => {
    expect(result({ $inc: { 'a.$[]': 1 } }, { _id: 1, a: [1, 2] })).toBe(stored({ _id: 1, a: [2, 3] }));
    expect(result({ $set: { 'a.$[].b.$[]': 0 } }, { _id: 1, a: [{ b: [1] }, { b: [2, 3] }] })).toBe(
      stored({ _id: 1, a: [{ b: [0] }, { b: [0, 0] }] }),
    );
    expect(refusal({ $set: { 'a.$[]': 1 } }, { _id: 1 })).toBe(2);
    expect(refusal({ $set: { 'a.$[]': 1 } }, { _id: 1, a: 5 })).toBe(2);
  });

  it('$[id] stands for elements that pass an array filter', () => {
    const options = { arrayFilters: [{ 'e.g': { $gte: 2 } }] };
    expect(result({ $set: { 'a.$[e].x': 1 } }, { a: [{ g: 1 }, { g: 2 }] }, options)).toBe(
      stored({ a: [{ g: 1 }, { g: 2, x: 1 }] }),
    );
    expect(refusal({ $set: { 'a.$[e].x': 1 } }, { a: [] })).toBe(2);
    expect(refusal({ $set: { a: 1 } }, { a: [] }, options)).toBe(9);
    const two = { arrayFilters: [{ e: { $gt: 1 } }, { f: { $lt: 3 } }] };
    expect(refusal({ $set: { 'a.$[e]': 1, 'a.$[f]': 2 } }, { a: [2] }, two)).toBe(40);
  });
});

describe('replacements', () => {
  it('keep _id, in front', () => {
    expect(result({ b: 1 }, { _id: 1, a: 1 })).toBe(stored({ _id: 1, b: 1 }));
    expect(result({ b: 1, _id: 1 }, { _id: 1, a: 1 })).toBe(stored({ _id: 1, b: 1 }));
    expect(result({ a: new Timestamp(0n) }, { _id: 1 })).toBe(
      stored({ _id: 1, a: new Timestamp({ t: Math.floor(now.getTime() / 1_000), i: 1 }) }),
    );
    expect(refusal({ _id: 2 }, { _id: 1 })).toBe(66);
    expect(refusal({ a: 1, $set: { b: 1 } }, { _id: 1 })).toBe(52);
  });
});

describe('refusals', () => {
  it.each<[Document, Document, number]>([
    [{ $foo: { a: 1 } }, {}, 9],
    [{ $set: { a: 1 }, b: 1 }, {}, 9],
    [{ $set: 1 }, {}, 9],
    [{ $inc: { a: 'x' } }, {}, 14],
    [{ $inc: { a: 1 } }, { a: null }, 14],
    [{ $inc: { a: 1 } }, { a: 'x' }, 14],
    [{ $inc: { a: long(1n) } }, { a: long(2n ** 63n - 1n) }, 2],
    [{ $push: { a: 1 } }, { a: 1 }, 2],
    [{ $push: { a: { $each: 1 } } }, {}, 2],
    [{ $push: { a: { $each: [], $sort: 1.5 } } }, {}, 2],
    [{ $pull: { a: { $elemMatch: { $expr: 1 } } } }, { a: [] }, 224],
    [{ $push: { a: { $each: [], $foo: 1 } } }, {}, 2],
    [{ $addToSet: { a: 1 } }, { a: 1 }, 2],
    [{ $addToSet: { a: { $each: 1 } } }, {}, 14],
    [{ $pull: { a: 1 } }, { a: 1 }, 2],
    [{ $pullAll: { a: 1 } }, {}, 2],
    [{ $pop: { a: 2 } }, {}, 9],
    [{ $pop: { a: 1 } }, { a: 1 }, 14],
    [{ $set: { 'a.b': 1 } }, { a: 1 }, 28],
    [{ $set: { 'a.b': 1 } }, { a: [] }, 28],
    [{ $set: { 'a.b': 1 } }, { a: null }, 28],
    [{ $set: { 'a.2000000': 1 } }, { a: [] }, 34],
    [{ $set: { a: 1, 'a.b': 1 } }, {}, 40],
    [{ $set: { a: 1 }, $inc: { a: 1 } }, {}, 40],
    [{ $rename: { a: 'b' }, $set: { b: 1 } }, {}, 40],
    [{ $set: { 'a.$[]': 1, 'a.b': 1 } }, {}, 40],
    [{ $set: { _id: 2 } }, { _id: 1 }, 66],
    [{ $unset: { _id: 1 } }, { _id: 1 }, 66],
    [{ $set: { '': 1 } }, {}, 56],
    [{ $set: { 'a..b': 1 } }, {}, 56],
    [{ $set: { $a: 1 } }, {}, 52],
    [{ $set: { $: 1 } }, {}, 2],
    [{ $set: { 'a.$.b.$': 1 } }, {}, 2],
    [{ $rename: { a: 1 } }, {}, 2],
    [{ $rename: { a: 'a' } }, {}, 2],
    [{ $rename: { 'a.0': 'b' } }, { a: [1] }, 2],
    [{ $rename: { a: 'b.0' } }, { a: 1, b: [1] }, 2],
    [{ $rename: { 'a.b': 'c' } }, { a: 1 }, 28],
    [{ $rename: { a: 'a.b' } }, { a: 1 }, 2],
    [{ $pull: { 'a.b': 1 } }, { a: 1 }, 28],
    [{ $pop: { 'a.b': 1 } }, { a: 1 }, 28],
    [{ $set: { _id: new Double(1) } }, { _id: 1 }, 66],
    [{ $set: { _id: { $a: 1 } } }, {}, 52],
    [{ $set: { $ref: 1 } }, {}, 55],
    [{ $set: { [Array.from({ length: 181 }, () => 'a').join('.')]: 1 } }, {}, 15],
    [{ $currentDate: { a: 1 } }, {}, 2],
    [{ $currentDate: { a: { $type: 'x' } } }, {}, 2],
    [{ $bit: { a: { and: 1.5 } } }, {}, 2],
    [{ $bit: { a: { and: 1 } } }, { a: 'x' }, 2],
    [{ $set: { _id: [1] } }, {}, 53],
  ])('%j on %j with code %d', (update, doc, code) => {
    expect(refusal(update, doc)).toBe(code);
  });
});

const upserted = (filter: Document, update: Document): Document =>
  deserialize(upsertDocument(compileFilter(serialize(filter)), compileUpdate(serialize(update)), now));

describe('upsertDocument', () => {
  it("starts from the filter's equalities", () => {
    expect(upserted({ a: 1, 'b.c': { $eq: 2 }, d: { $gt: 1 } }, { $set: { e: 1 } })).toEqual({
      a: 1,
      b: { c: 2 },
      e: 1,
    });
    expect(upserted({ $and: [{ a: 1 }], $or: [{ b: 1 }] }, { $setOnInsert: { _id: 7 } })).toEqual({
      _id: 7,
      a: 1,
      b: 1,
    });
    expect(upserted({ $or: [{ a: 1 }, { b: 1 }] }, { $inc: { n: 1 } })).toEqual({ n: 1 });
  });

  it('takes only _id from the filter of a replacement', () => {
    expect(upserted({ _id: 5, a: 1 }, { b: 1 })).toEqual({ _id: 5, b: 1 });
  });

  it('puts _id first', () => {
    expect(Object.keys(upserted({ a: 1, _id: 5 }, { $set: { A: 1 } }))).toEqual(['_id', 'a', 'A']);
  });

  it('refuses a filter that says two things of one field, and a changed _id', () => {
    expect(() => upserted({ a: 1, $and: [{ a: 2 }] }, { $set: { b: 1 } })).toThrow(
      expect.objectContaining({ code: 54 }),
    );
    expect(() => upserted({ a: { b: 1 }, 'a.b': 1 }, { $set: { b: 1 } })).toThrow(
      expect.objectContaining({ code: 54 }),
    );
    expect(() => upserted({ _id: 1 }, { $set: { _id: 2 } })).toThrow(expect.objectContaining({ code: 66 }));
  });
});
