import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUCKET_ENDS_MS, bucketOf, noDurations, percentiles } from './duration-histogram.js';

function histogramOf(durations: number[]): number[] {
  const buckets = noDurations();
  for (const duration of durations) buckets[bucketOf(duration)]! += 1;
  return buckets;
}

describe('percentiles', () => {
  it('has none of nothing', () => {
    expect(percentiles(noDurations())).toEqual({ p50: null, p95: null, p99: null });
  });

  it('lie in the same bucket as the exact ones', () => {
    const duration = fc.integer({ min: 0, max: 290_000 });
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), (durations) => {
        const sorted = durations.toSorted((a, b) => a - b);
        const exact = (share: number) => sorted[Math.ceil(sorted.length * share) - 1]!;
        const { p50, p95, p99 } = percentiles(histogramOf(durations));
        expect([p50, p95, p99].map((value) => bucketOf(value!))).toEqual(
          [0.5, 0.95, 0.99].map((share) => bucketOf(exact(share))),
        );
      }),
    );
  });

  it('gives the end of the last bucket for what is longer', () => {
    expect(percentiles(histogramOf([10 ** 9])).p99).toBe(BUCKET_ENDS_MS.at(-1));
  });
});
