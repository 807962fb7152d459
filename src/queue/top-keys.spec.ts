import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TopKeys } from './top-keys.js';

const CAPACITY = 5;

describe('TopKeys', () => {
  it('counts exactly while there is room', () => {
    const top = new TopKeys(CAPACITY);
    for (const key of 'abacab') top.add(key);
    expect(top.top(2)).toEqual([
      { key: 'a', count: 3 },
      { key: 'b', count: 2 },
    ]);
  });

  it('misses no frequent key and counts none too low, nor too high by more than the share of one place', () => {
    const keys = fc.array(fc.constantFrom(...'abcdefghijklmno'), { maxLength: 300 });
    fc.assert(
      fc.property(keys, (added) => {
        const top = new TopKeys(CAPACITY);
        for (const key of added) top.add(key);
        const found = top.top(CAPACITY);
        const exact = (key: string) => added.filter((other) => other === key).length;
        const error = added.length / CAPACITY;
        const frequent = [...new Set(added)].filter((key) => exact(key) > error);
        expect(found.map(({ key }) => key)).toEqual(expect.arrayContaining(frequent));
        expect(found.filter(({ key, count }) => count < exact(key) || count > exact(key) + error)).toEqual(
          [],
        );
      }),
    );
  });
});
