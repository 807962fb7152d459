import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationMs, splitDuration } from './duration.js';

describe('durations', () => {
  it.each([
    [0, 0, 'seconds'],
    [1500, 1500, 'ms'],
    [5_400_000, 90, 'minutes'],
    [86_400_000, 1, 'days'],
    [90_000_000, 25, 'hours'],
  ])('of %d ms are shown as %d %s', (ms, count, unit) => {
    expect(splitDuration(ms)).toEqual({ count, unit });
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        const { count, unit } = splitDuration(ms);
        expect(durationMs(count, unit)).toBe(ms);
      }),
    );
  });
});
