import { describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { fromBson } from './bson-convert.js';
import { BsonType } from './bson-value.js';
import { extractKeys } from './extract-keys.js';

function keys(doc: Record<string, unknown>, ...paths: string[]): unknown[] {
  return extractKeys(
    serialize(doc),
    paths.map((path) => path.split('.')),
  ).map((tuple) =>
    tuple.map((value) =>
      value.type === BsonType.int ? Number(fromBson(value)) : (fromBson(value) ?? String(fromBson(value))),
    ),
  );
}

describe('extractKeys', () => {
  it.each<[Record<string, unknown>, string[], unknown[]]>([
    [{ a: 1 }, ['a'], [[1]]],
    [{}, ['a', 'b'], [['null', 'null']]],
    [{ a: [1, 2] }, ['a'], [[1], [2]]],
    [{ a: [] }, ['a'], [['undefined']]],
    [{ a: [] }, ['a.b'], [['null']]],
    [{ a: [{ b: 1 }, { b: 2 }, {}] }, ['a.b'], [[1], [2], ['null']]],
    [{ a: [1, { b: 2 }] }, ['a.b'], [['null'], [2]]],
    [{ a: [{ b: [1, 2] }] }, ['a.b'], [[1], [2]]],
    [
      { a: [{ b: 1, c: 2 }, { b: 3 }], d: 4 },
      ['a.b', 'a.c', 'd'],
      [
        [1, 2, 4],
        [3, 'null', 4],
      ],
    ],
    [{ a: [5, 6] }, ['a.1'], [[6]]],
    [{ a: { b: 1 } }, ['a.b.c'], [['null']]],
  ])('of %j by %j are %j', (doc, paths, expected) => {
    expect(keys(doc, ...paths)).toEqual(expected);
  });

  it('refuses two arrays', () => {
    expect(() => keys({ a: [1], b: [2] }, 'a', 'b')).toThrow(expect.objectContaining({ code: 171 }));
  });
});
