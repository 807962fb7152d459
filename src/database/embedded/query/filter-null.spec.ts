import { describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { compileFilter } from './filter.js';

type Document = Record<string, unknown>;

const documents: Record<string, Document> = {
  missing: {},
  null: { a: null },
  number: { a: 4 },
  emptyObject: { a: {} },
  bText: { a: { b: 'hi' } },
  bNull: { a: { b: null } },
  emptyArray: { a: [] },
  doubleArray: { a: [[]] },
  numbers: { a: [1, 4] },
  withNull: { a: [1, null] },
  allB: { a: [{ b: 1 }, { b: 'x' }] },
  someBNull: { a: [{ b: null }, { b: 3 }] },
  someBMissing: { a: [{ b: 3 }, {}] },
};

function matching(filter: Document): string[] {
  const compiled = compileFilter(serialize(filter));
  return Object.keys(documents).filter((name) => compiled.matches(serialize(documents[name]!)));
}

const except = (...names: string[]): string[] =>
  Object.keys(documents).filter((name) => !names.includes(name));

describe('null in filters, fields and arrays', () => {
  const nullish = ['missing', 'null', 'withNull'];
  const nullishBelow = ['missing', 'null', 'number', 'emptyObject', 'bNull', 'someBNull', 'someBMissing'];

  it.each<[Document, string[]]>([
    [{ a: null }, nullish],
    [{ a: { $ne: null } }, except(...nullish)],
    [{ a: { $not: { $gte: null } } }, except(...nullish)],
    [{ a: { $in: [null, 4] } }, ['missing', 'null', 'number', 'numbers', 'withNull']],
    [{ a: { $nin: [null, 4] } }, except('missing', 'null', 'number', 'numbers', 'withNull')],
    [{ a: { $nin: [null, /^h/] } }, except(...nullish)],
    [{ a: { $exists: false } }, ['missing']],
    [{ 'a.b': null }, nullishBelow],
    [{ 'a.b': { $ne: null } }, except(...nullishBelow)],
    [{ 'a.b': { $in: [null, 75] } }, nullishBelow],
    [
      { 'a.b': { $exists: false } },
      ['missing', 'null', 'number', 'emptyObject', 'emptyArray', 'doubleArray', 'numbers', 'withNull'],
    ],
    [{ a: { $elemMatch: { $eq: null } } }, ['withNull']],
    [
      { a: { $elemMatch: { $ne: null } } },
      ['doubleArray', 'numbers', 'withNull', 'allB', 'someBNull', 'someBMissing'],
    ],
    [{ 'a.b': { $elemMatch: { $ne: null } } }, []],
    [{ a: { $elemMatch: { b: null } } }, ['doubleArray', 'someBNull', 'someBMissing']],
    [{ a: { $elemMatch: { b: { $ne: null } } } }, ['allB', 'someBNull', 'someBMissing']],
    [{ a: { $size: 0 } }, ['emptyArray']],
    [{ a: { $type: 'null' } }, ['null', 'withNull']],
    [{ $or: [{ a: null }, { a: 4 }] }, ['missing', 'null', 'number', 'numbers', 'withNull']],
  ])('%j', (filter, expected) => {
    expect(matching(filter)).toEqual(Object.keys(documents).filter((name) => expected.includes(name)));
  });
});
