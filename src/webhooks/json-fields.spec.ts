import { describe, expect, it } from '@jest/globals';
import {
  defined,
  isTrue,
  optionalArray,
  optionalCount,
  optionalId,
  optionalObject,
  optionalString,
  requiredId,
  type JsonObject,
} from './json-fields.js';

const readers: [string, (object: JsonObject, name: string, path: string) => unknown, unknown, unknown[]][] = [
  ['a string', optionalString, 'x', [1, true, {}, [], { $ne: null }]],
  ['an id', optionalId, '178', ['', 1.5, 2 ** 53, 'i'.repeat(513), true, {}, ['1'], { $ne: null }]],
  ['a whole number', optionalCount, 3, ['', 'x', -1, 1.5, NaN, true, {}, [1], { $gt: 0 }]],
  ['an object', optionalObject, { a: 1 }, ['x', 1, true, []]],
  ['a list', optionalArray, [1], ['x', 1, true, {}, { $ne: null }]],
];

describe.each(readers)('reading %s', (what, read, good, bad) => {
  it('answers what is there', () => {
    expect(read({ a: good }, 'a', 'path')).toEqual(good);
  });

  it('takes null, an absent and an inherited field for absent', () => {
    const absent = what === 'a list' ? [] : undefined;
    expect(read({ a: null }, 'a', 'path')).toEqual(absent);
    expect(read({}, 'a', 'path')).toEqual(absent);
    expect(read(Object.create({ a: good }) as JsonObject, 'a', 'path')).toEqual(absent);
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(read({}, name, 'path')).toEqual(absent);
    }
  });

  it.each(bad.map((value) => [value]))('refuses %j and says where', (value) => {
    expect(() => read({ a: value }, 'a', 'message.a')).toThrow(
      expect.objectContaining({ code: 'malformed_event', message: `message.a must be ${what}` }),
    );
  });
});

describe('ids', () => {
  it('makes strings of numbers, and takes ids as long as Instagram makes them', () => {
    expect(optionalId({ id: 17841400000001 }, 'id', 'id')).toBe('17841400000001');
    expect(optionalId({ id: 'm'.repeat(512) }, 'id', 'id')).toHaveLength(512);
  });

  it('must be there where they are required', () => {
    expect(requiredId({ id: '1' }, 'id', 'x.id')).toBe('1');
    expect(() => requiredId({ id: null }, 'id', 'x.id')).toThrow('x.id must be an id');
    expect(() => requiredId({}, 'constructor', 'x.id')).toThrow('x.id must be an id');
  });
});

describe('isTrue', () => {
  it('is so for true alone', () => {
    expect(isTrue({ a: true }, 'a')).toBe(true);
    for (const value of [false, 'true', 1, {}, null]) expect(isTrue({ a: value }, 'a')).toBe(false);
    expect(isTrue(Object.create({ a: true }) as JsonObject, 'a')).toBe(false);
  });
});

describe('defined', () => {
  it('leaves out what is undefined and nothing else', () => {
    expect(Object.entries(defined({ a: undefined, b: null, c: 0, d: '', e: false }))).toEqual([
      ['b', null],
      ['c', 0],
      ['d', ''],
      ['e', false],
    ]);
  });
});
