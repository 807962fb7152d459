import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from './backoff.js';

const fraction = fc.double({ min: 0, max: 0.999_999, noNaN: true });

describe('backoffMs', () => {
  it('doubles its ceiling with each attempt', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 1000, 0, 0.5))).toEqual([500, 1000, 2000, 4000]);
  });

  it('stays between nothing and its ceiling, which stops growing at 15 minutes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 60_000 }),
        fraction,
        (n, base, r) => {
          const wait = backoffMs(n, base, 0, r);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(base * 2 ** (n - 1), 900_000));
        },
      ),
    );
  });

  it('never comes before the time that the other side asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(10_000_000), fraction, (attempt, minimum, r) => {
        expect(backoffMs(attempt, 1000, minimum, r)).toBeGreaterThanOrEqual(minimum);
      }),
    );
  });
});
