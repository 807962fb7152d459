import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bucketLimit, sendBuckets, spacingMs } from './send-limits.js';

const limitsOf = (
  textsPerSecond: number,
  mediaPerSecond: number,
  privateRepliesPerHour: number,
  conversationsPerSecond: number,
) => ({ textsPerSecond, mediaPerSecond, privateRepliesPerHour, conversationsPerSecond });
const usual = limitsOf(100, 10, 750, 2);

describe('bucketLimit', () => {
  it('has all of the usual limits in its chunks', () => {
    const sizes = sendBuckets.map((bucket) => {
      const { chunkSize, maxChunks } = bucketLimit(bucket, usual);
      return chunkSize * maxChunks;
    });
    expect(sizes).toEqual([100, 10, 750, 2]);
  });

  it('never lets more through than the limit, and at least one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(...sendBuckets), (limit, bucket) => {
        const { chunkSize, maxChunks } = bucketLimit(bucket, limitsOf(limit, limit, limit, limit));
        expect(chunkSize * maxChunks).toBeLessThanOrEqual(limit);
        expect(chunkSize * maxChunks).toBeGreaterThan(0);
      }),
    );
  });
});

describe('spacingMs', () => {
  const text = bucketLimit('text', usual);

  it('is none while enough is left, and grows towards the end', () => {
    expect([0, 79].map((percent) => spacingMs(percent, text))).toEqual([0, 0]);
    expect([80, 90, 99, 100, 250].map((percent) => spacingMs(percent, text))).toEqual([
      110, 220, 2200, 2200, 2200,
    ]);
  });
});
