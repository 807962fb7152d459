import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { windowedKey } from './dedup-window.js';

const keyAt = (time: number, ms: number) =>
  windowedKey({ kind: 'seen', payload: {}, dedupKey: 'k', dedupWindow: { ms, at: new Date(time) } })!;

describe('windowedKey', () => {
  it('is only for jobs with a key and a window', () => {
    expect(windowedKey({ kind: 'seen', payload: {} })).toBeUndefined();
    expect(windowedKey({ kind: 'seen', payload: {}, dedupKey: 'k' })).toBeUndefined();
  });

  it('gives events less than a window apart the same key, or each other as neighbours', () => {
    const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (at, ms, share) => {
          const [first, second] = [keyAt(at, ms), keyAt(at + Math.floor(share * (ms - 1)), ms)];
          expect([first.key, ...first.neighbours]).toContain(second.key);
          expect([second.key, ...second.neighbours]).toContain(first.key);
        },
      ),
    );
  });

  it('without a window tells events apart by their time', () => {
    expect(keyAt(5, 0).key).toBe(keyAt(5, 0).key);
    expect(keyAt(5, 0).key).not.toBe(keyAt(6, 0).key);
    expect(keyAt(5, 0).neighbours).toEqual([]);
  });

  it('gives a later delivery of the same event the same key', () => {
    expect(keyAt(1_700_000_000_123, 10_000)).toEqual(keyAt(1_700_000_000_123, 10_000));
  });
});
