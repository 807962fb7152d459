import { describe, expect, it } from '@jest/globals';
import { deserialize, EJSON, serialize } from 'bson';
import { toBson } from '../bson/bson-convert.js';
import { payload } from '../bson/bson-reader.js';
import { StoreError } from '../store.errors.js';
import { compileFilter } from './filter.js';
import { compileUpdate } from './update.js';

type Document = Record<string, unknown>;

const now = new Date('2026-03-01T10:20:30.400Z');

function apply(stages: Document[], doc: Document, variables?: Document): Uint8Array {
  const options = { isPipeline: true, ...(variables ? { variables: serialize(variables) } : {}) };
  return compileUpdate(payload(toBson(stages)), options).apply(serialize(doc), { now, upsert: false });
}

function refusal(stages: Document[], doc: Document): number | undefined {
  try {
    apply(stages, doc);
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
  return undefined;
}

describe('updates by a pipeline', () => {
  it.each<[Document[], Document, Document]>([
    [[{ $set: { b: { $add: ['$a', 1] }, at: '$$NOW' } }], { _id: 1, a: 1 }, { _id: 1, a: 1, b: 2, at: now }],
    [[{ $set: { a: 5 } }, { $set: { b: '$a' } }], { _id: 1, a: 1, c: 1 }, { _id: 1, a: 5, c: 1, b: 5 }],
    [[{ $set: { 'a.b': 1, 'a.c': 2 } }], { _id: 1, a: { b: 0, d: 0 } }, { _id: 1, a: { b: 1, d: 0, c: 2 } }],
    [[{ $set: { a: { b: 1 } } }], { _id: 1, a: 5 }, { _id: 1, a: { b: 1 } }],
    [[{ $set: { 'a.b': 1 } }], { _id: 1, a: [{ c: 1 }, 2] }, { _id: 1, a: [{ c: 1, b: 1 }, { b: 1 }] }],
    [[{ $set: { a: '$$REMOVE' } }], { _id: 1, a: 1 }, { _id: 1 }],
    [[{ $unset: ['a', 'b.c'] }], { _id: 1, a: 1, b: { c: 1, d: 1 } }, { _id: 1, b: { d: 1 } }],
    [[{ $unset: 'a' }], { _id: 1, a: 1 }, { _id: 1 }],
    [[{ $replaceWith: { b: '$a' } }], { _id: 1, a: 1 }, { _id: 1, b: 1 }],
    [[{ $replaceRoot: { newRoot: '$a' } }], { _id: 1, a: { x: 1 } }, { _id: 1, x: 1 }],
    [[{ $project: { a: 1 } }], { _id: 1, a: 1, b: 1 }, { _id: 1, a: 1 }],
    [[{ $project: { b: 0 } }], { _id: 1, a: 1, b: 1 }, { _id: 1, a: 1 }],
    [[{ $project: { x: { $multiply: ['$a', 2] } } }], { _id: 1, a: 2 }, { _id: 1, x: 4 }],
  ])('%j on %j gives %j', (stages, doc, expected) => {
    expect(EJSON.stringify(deserialize(apply(stages, doc)))).toBe(EJSON.stringify(expected));
  });

  it("reads the command's variables", () => {
    expect(deserialize(apply([{ $set: { a: '$$by' } }], { _id: 1 }, { by: 7 }))).toEqual({ _id: 1, a: 7 });
  });

  it('answers the same reference when nothing changes', () => {
    const doc = serialize({ _id: 1, a: 1 });
    const update = compileUpdate(payload(toBson([{ $set: { a: '$a' } }])), { isPipeline: true });
    expect(update.apply(doc, { now, upsert: false })).toBe(doc);
  });

  it.each<[Document[], number]>([
    [[{ $set: { _id: 2 } }], 66],
    [[{ $match: { a: 1 } }], 72],
    [[{ $lookup: {} }], 238],
    [[{ $foo: 1 }], 40_324],
    [[{ $set: 1 }], 40_272],
    [[{ $set: { a: 1 }, $unset: 'b' }], 40_323],
    [[{ $unset: [] }], 31_119],
    [[{ $unset: [1] }], 31_120],
    [[{ $replaceWith: '$a' }], 40_228],
    [[{ $set: { a: { $foo: 1 } } }], 168],
  ])('refuses %j with code %d', (stages, code) => {
    expect(refusal(stages, { _id: 1, a: 1 })).toBe(code);
  });
});

describe('$expr', () => {
  const settings = { now, variables: new Map([['limit', toBson(5)]]) };

  it('compares fields of a document', () => {
    const filter = compileFilter(serialize({ $expr: { $gt: ['$a', '$b'] } }));
    expect(filter.matches(serialize({ a: 2, b: 1 }))).toBe(true);
    expect(filter.matches(serialize({ a: 1, b: 1 }))).toBe(false);
  });

  it("reads the command's time and variables, under $nor too", () => {
    const expression = { $and: [{ $lt: ['$at', '$$NOW'] }, { $lt: ['$a', '$$limit'] }] };
    const filter = compileFilter(serialize({ $nor: [{ $expr: expression }] }), ['limit']);
    expect(filter.matches(serialize({ a: 1, at: new Date(now.getTime() - 1) }), settings)).toBe(false);
    expect(filter.matches(serialize({ a: 1, at: now }), settings)).toBe(true);
    expect(filter.matches(serialize({ a: 5, at: new Date(0) }), settings)).toBe(true);
  });
});
