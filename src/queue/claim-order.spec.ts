import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimableUntil, orderFrom, orderOfFresh } from './claim-order.js';

const times = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }).map((ms) => new Date(ms));

describe('the order of claims', () => {
  it('lets a job that must wait be claimed from its time on, and never before', () => {
    fc.assert(
      fc.property(times, times, (runAt, now) => {
        expect(orderFrom(runAt) <= claimableUntil(now)).toBe(runAt <= now);
      }),
    );
  });

  it('lets a fresh job be claimed at once, however far its key is ahead', () => {
    fc.assert(
      fc.property(times, fc.double({ noNaN: true }), (now, aheadMs) => {
        const order = orderOfFresh(now, aheadMs);
        expect(order <= claimableUntil(now)).toBe(true);
        expect(order >= now).toBe(true);
      }),
    );
  });
});
