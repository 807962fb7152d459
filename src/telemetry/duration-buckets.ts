/** Durations in memory, as a histogram: one comparison for each bucket and two additions for each of them. */
export class DurationBuckets {
  /** How many fell into each bucket; the last is for what is longer than all ends. */
  readonly counts: number[];
  sumMs = 0;

  /** @param endsMs upper ends, ascending */
  constructor(readonly endsMs: readonly number[]) {
    this.counts = Array.from({ length: endsMs.length + 1 }, () => 0);
  }

  observe(durationMs: number): void {
    let bucket = 0;
    while (bucket < this.endsMs.length && durationMs > this.endsMs[bucket]!) bucket += 1;
    this.counts[bucket]! += 1;
    this.sumMs += durationMs;
  }
}
