/** Upper ends of the buckets in ms; what is longer falls into one more. Changing them makes stored minutes meaningless. */
export const BUCKET_ENDS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000,
] as const;

export const BUCKETS = BUCKET_ENDS_MS.length + 1;

export const noDurations = (): number[] => Array.from({ length: BUCKETS }, () => 0);

/** The bucket of a duration: the first whose end is not below it. */
export function bucketOf(durationMs: number): number {
  const bucket = BUCKET_ENDS_MS.findIndex((end) => durationMs <= end);
  return bucket === -1 ? BUCKETS - 1 : bucket;
}

/** In ms, each null when nothing was measured. What is beyond the last bucket's end is given as that end. */
export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/**
 * Estimates from bucket counts, evenly spread within a bucket: never further off than the bucket is wide.
 *
 * @param buckets how many durations fell into each
 */
export function percentiles(buckets: readonly number[]): Percentiles {
  return {
    p50: quantile(buckets, 0.5),
    p95: quantile(buckets, 0.95),
    p99: quantile(buckets, 0.99),
  };
}

function quantile(buckets: readonly number[], share: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = total * share;
  for (const [bucket, count] of buckets.entries()) {
    if (count > 0 && left <= count) {
      const start = bucket === 0 ? 0 : BUCKET_ENDS_MS[bucket - 1]!;
      const end = BUCKET_ENDS_MS[bucket] ?? start;
      return Math.round((start + (end - start) * (left / count)) * 10) / 10;
    }
    left -= count;
  }
  return BUCKET_ENDS_MS.at(-1)!;
}

/** Adds up what several minutes stored: by the bucket's number, empty buckets left out. */
export function sumOfStored(histograms: (Record<string, number> | undefined)[]): number[] {
  const sum = noDurations();
  for (const histogram of histograms) {
    for (const [bucket, count] of Object.entries(histogram ?? {})) sum[Number(bucket)]! += count;
  }
  return sum;
}
