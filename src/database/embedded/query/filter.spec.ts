import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Long, MaxKey, MinKey, ObjectId, serialize } from 'bson';
import { StoreError } from '../store.errors.js';
import { compileFilter } from './filter.js';

type Document = Record<string, unknown>;

const matches = (filter: Document, doc: Document): boolean =>
  compileFilter(serialize(filter)).matches(serialize(doc));

function refusal(filter: Document): unknown {
  try {
    compileFilter(serialize(filter));
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

const id = new ObjectId();

describe('filters', () => {
  it.each<[Document, Document, boolean]>([
    [{}, { a: 1 }, true],
    [{ a: 1 }, { a: 1 }, true],
    [{ a: 1 }, { a: new Double(1) }, true],
    [{ a: Long.fromBigInt(2n ** 60n) }, { a: Long.fromBigInt(2n ** 60n + 1n) }, false],
    [{ a: Decimal128.fromString('1.0') }, { a: 1 }, true],
    [{ a: 1 }, { a: '1' }, false],
    [{ a: id }, { a: id }, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: 2 }, { b: 3, a: 1 }, false],
    [{ a: { b: 1 } }, { a: { b: 1 } }, true],
    [{ a: { b: 1 } }, { a: { b: 1, c: 1 } }, false],
    [{ 'a.b': 1 }, { a: { b: 1, c: 1 } }, true],
    [{ 'a.b.c': 1 }, { a: { b: { c: 1 } } }, true],
    [{ a: Number.NaN }, { a: Number.NaN }, true],
  ])('%j on %j: %s', (filter, doc, expected) => {
    expect(matches(filter, doc)).toBe(expected);
  });

  it.each<[Document, Document, boolean]>([
    [{ a: null }, {}, true],
    [{ a: null }, { a: null }, true],
    [{ a: null }, { a: 0 }, false],
    [{ a: null }, { a: [null] }, true],
    [{ a: null }, { a: [] }, false],
    [{ a: { $gte: null } }, {}, true],
    [{ a: { $gt: null } }, { a: null }, false],
    [{ a: { $ne: null } }, { a: 1 }, true],
    [{ a: { $ne: null } }, {}, false],
    [{ 'a.b': null }, { a: 1 }, true],
    [{ 'a.b': null }, { a: [] }, false],
    [{ 'a.b': null }, { a: [1, 2] }, false],
    [{ 'a.b': null }, { a: [{ b: 1 }, {}] }, true],
    [{ 'a.b': { $exists: false } }, { a: [1, 2] }, true],
    [{ a: { $in: [null, 1] } }, {}, true],
    [{ a: { $nin: [null, 1] } }, {}, false],
  ])('null and missing: %j on %j: %s', (filter, doc, expected) => {
    expect(matches(filter, doc)).toBe(expected);
  });

  it.each<[Document, Document, boolean]>([
    [{ a: 1 }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [1, 2] }, true],
    [{ a: [1, 2] }, { a: [[1, 2]] }, true],
    [{ a: [1] }, { a: [1, 2] }, false],
    [{ a: { $gt: 1, $lt: 2 } }, { a: [0, 3] }, true],
    [{ a: { $elemMatch: { $gt: 1, $lt: 2 } } }, { a: [0, 3] }, false],
    [{ a: { $elemMatch: { $gt: 1, $lt: 4 } } }, { a: [0, 3] }, true],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1 }, { c: 2 }] }, false],
    [{ a: { $elemMatch: { b: 1, c: 2 } } }, { a: [{ b: 1, c: 2 }] }, true],
    [{ a: { $elemMatch: { $or: [{ b: 1 }, { c: 2 }] } } }, { a: [{ c: 2 }] }, true],
    [{ a: { $elemMatch: { '0': 1 } } }, { a: [[1]] }, true],
    [{ 'a.b': 1 }, { a: [{ b: 2 }, { b: 1 }] }, true],
    [{ 'a.0': 1 }, { a: [1, 2] }, true],
    [{ 'a.1': 1 }, { a: [1, 2] }, false],
    [{ 'a.0': 1 }, { a: [{ '0': 1 }] }, true],
    [{ 'a.0.b': 1 }, { a: [{ b: 1 }, { b: 2 }] }, true],
    [{ 'a.1.b': 1 }, { a: [{ b: 1 }, { b: 2 }] }, false],
    [{ 'a.0.b': 1 }, { a: [[{ b: 1 }]] }, true],
    [{ 'a.b': 1 }, { a: [[{ b: 1 }]] }, false],
    [{ 'a.0': 1 }, { a: { '0': 1 } }, true],
    [{ a: { $ne: 1 } }, { a: [1, 2] }, false],
    [{ a: { $nin: [3] } }, { a: [1, 2] }, true],
    [{ a: { $size: 2 } }, { a: [1, 2] }, true],
    [{ a: { $size: 2 } }, { a: [[1, 2]] }, false],
    [{ a: { $size: 0 } }, { a: [] }, true],
    [{ a: { $size: 0 } }, {}, false],
    [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }, true],
    [{ a: { $all: [1, 4] } }, { a: [2, 1, 3] }, false],
    [{ a: { $all: [1] } }, { a: 1 }, true],
    [{ a: { $all: [] } }, { a: [] }, false],
    [{ a: { $all: [[1, 2]] } }, { a: [1, 2] }, true],
    [
      { a: { $all: [{ $elemMatch: { b: 1 } }, { $elemMatch: { b: 2 } }] } },
      { a: [{ b: 1 }, { b: 2 }] },
      true,
    ],
    [{ a: { $exists: true } }, { a: [] }, true],
    [{ a: { $type: 'array' } }, { a: [] }, true],
    [{ a: { $type: 'int' } }, { a: ['x', 1] }, true],
    [{ a: { $not: { $gt: 1 } } }, { a: [0, 2] }, false],
    [{ a: { $not: { $gt: 1 } } }, {}, true],
  ])('arrays: %j on %j: %s', (filter, doc, expected) => {
    expect(matches(filter, doc)).toBe(expected);
  });

  it.each<[Document, Document, boolean]>([
    [{ a: { $gt: 5 } }, { a: 'x' }, false],
    [{ a: { $gt: 5 } }, { a: Long.fromNumber(6) }, true],
    [{ a: { $lt: 'b' } }, { a: 'a' }, true],
    [{ a: { $lt: 'b' } }, { a: 1 }, false],
    [{ a: { $lt: new Date(5) } }, { a: new Date(4) }, true],
    [{ a: { $lte: new Date(5) } }, { a: null }, false],
    [{ a: { $gt: new MinKey() } }, { a: 1 }, true],
    [{ a: { $lt: new MaxKey() } }, {}, true],
    [{ a: { $gt: Number.NaN } }, { a: 5 }, false],
    [{ a: { $lt: 5 } }, { a: Number.NaN }, false],
    [{ a: { $gte: Number.NaN } }, { a: Number.NaN }, true],
    [{ a: { $gte: false } }, { a: true }, true],
    [{ a: { $mod: [4, 1] } }, { a: 9 }, true],
    [{ a: { $mod: [4, 1] } }, { a: 9.7 }, true],
    [{ a: { $mod: [4, 0] } }, { a: 'x' }, false],
    [{ a: { $type: 'objectId' } }, { a: id }, true],
    [{ a: { $type: ['string', 'number'] } }, { a: new Double(1) }, true],
    [{ a: { $type: 2 } }, { a: 'x' }, true],
    [{ a: { $type: -1 } }, { a: new MinKey() }, true],
    [{ a: { $bitsAllSet: 6 } }, { a: 7 }, true],
    [{ a: { $bitsAnyClear: [0, 1] } }, { a: 3 }, false],
    [{ a: { $in: [1, /^x/] } }, { a: 'xy' }, true],
    [{ a: { $in: [1, 2, 3, 4, 5, 6, 7, 8] } }, { a: new Double(8) }, true],
    [{ a: { $in: [1, 2, 3, 4, 5, 6, 7, 8] } }, {}, false],
    [{ a: { $in: [1, 2, 3, 4, 5, 6, 7, null] } }, {}, true],
    [{ $or: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
    [{ $nor: [{ a: 1 }, { b: 1 }] }, { b: 1 }, false],
    [{ $and: [{ a: 1 }, { b: 1 }], $comment: 'why' }, { a: 1, b: 1 }, true],
    [{ a: { $eq: 1, $comment: 'why' } }, { a: 1 }, true],
    [{ a: { $elemMatch: { $ref: 'x', $id: 1 } } }, { a: [{ $ref: 'x', $id: 1, $db: 'd' }] }, true],
    [{ a: { $ref: 'x', $id: 1 } }, { a: { $ref: 'x', $id: 1 } }, true],
  ])('operators: %j on %j: %s', (filter, doc, expected) => {
    expect(matches(filter, doc)).toBe(expected);
  });

  it.each<[unknown, string, boolean]>([
    [/^a.c$/, 'abc', true],
    [/^a.c$/i, 'ABC', true],
    [/c$/, 'abc\n', true],
    [/c$/, 'abc\n\n', false],
    [/^b/m, 'a\nb', true],
    [{ $regex: 'A', $options: 'i' }, 'a', true],
    [{ $regex: 'a b # note', $options: 'x' }, 'ab', true],
    [{ $regex: '[$]' }, '5 $', true],
    [{ $not: /a/ }, 'a', false],
  ])('regular expressions: %p on %j: %s', (pattern, text, expected) => {
    expect(matches({ a: pattern }, { a: text })).toBe(expected);
  });

  it.each<[Document, number]>([
    [{ $foo: 1 }, 2],
    [{ a: { $foo: 1 } }, 2],
    [{ a: { $gt: 1, b: 2 } }, 2],
    [{ $where: 'true' }, 238],
    [{ a: { $near: [1, 1] } }, 238],
    [{ $or: [] }, 2],
    [{ $and: [1] }, 2],
    [{ a: { $in: 1 } }, 2],
    [{ a: { $in: [{ $gt: 1 }] } }, 2],
    [{ a: { $all: 1 } }, 2],
    [{ a: { $size: -1 } }, 2],
    [{ a: { $size: 1.5 } }, 2],
    [{ a: { $mod: [0, 1] } }, 2],
    [{ a: { $mod: [1] } }, 2],
    [{ a: { $type: 'nothing' } }, 2],
    [{ a: { $type: 0 } }, 2],
    [{ a: { $ne: /a/ } }, 2],
    [{ a: { $gt: /a/ } }, 2],
    [{ a: { $not: 1 } }, 2],
    [{ a: { $not: {} } }, 2],
    [{ a: { $elemMatch: 1 } }, 2],
    [{ a: { $options: 'i' } }, 2],
    [{ a: { $regex: /a/i, $options: 'm' } }, 51_075],
    [{ a: { $bitsAllSet: -1 } }, 9],
    [{ a: { $elemMatch: { b: 1, $expr: true } } }, 2],
    [{ a: { $elemMatch: { $and: [{ $expr: true }] } } }, 2],
    [{ a: { $regex: '(?=a)' } }, 51_091],
    [{ a: { $regex: 'a', $options: 'z' } }, 51_108],
  ])('refuses %j with code %d', (filter, code) => {
    expect(refusal(filter)).toBe(code);
  });
});

const index = (filter: Document, doc: Document, path?: string): number | undefined =>
  compileFilter(serialize(filter)).matchedIndex(serialize(doc), path);

describe('matchedIndex', () => {
  it('tells which array element matched', () => {
    expect(index({ a: 2 }, { a: [1, 2] })).toBe(1);
    expect(index({ 'a.b': 2 }, { a: [{ b: 1 }, { b: [0, 2] }] })).toBe(1);
    expect(index({ a: { $elemMatch: { b: 2 } } }, { a: [{ b: 1 }, { b: 2 }] })).toBe(1);
    expect(index({ a: 2 }, { a: 2 })).toBeUndefined();
    expect(index({ a: { $ne: 3 } }, { a: [1, 2] })).toBeUndefined();
  });

  it('keeps the indexes of two arrays apart', () => {
    const filter = { 'a.b': 2, tags: 'x' };
    const doc = { a: [{ b: 1 }, { b: 2 }], tags: ['x'] };
    expect(index(filter, doc, 'a')).toBe(1);
    expect(index(filter, doc, 'tags')).toBe(0);
  });
});

describe('conditions', () => {
  it('lists what is AND-ed at the top level', () => {
    const { conditions } = compileFilter(
      serialize({
        a: 1,
        $and: [{ b: { $gt: 1, $lte: 5 } }],
        c: { $in: [1, 2] },
        d: { $ne: 1 },
        $or: [{ e: 1 }],
      }),
    );
    expect(conditions.map(({ path, op, values }) => [path, op, values.length])).toEqual([
      ['a', 'eq', 1],
      ['b', 'gt', 1],
      ['b', 'lte', 1],
      ['c', 'in', 2],
    ]);
  });
});
