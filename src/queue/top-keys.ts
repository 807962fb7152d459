export interface KeyCount {
  key: string;
  count: number;
}

/**
 * The most frequent of any number of keys, in memory for `capacity` of them (Metwally's "space saving", 2005): a new key
 * takes the place of the rarest and inherits its count. So a count may be too high, by at most the number of all
 * additions divided by the capacity, and a key more frequent than that is never missing.
 */
export class TopKeys {
  private readonly counts = new Map<string, number>();

  constructor(private readonly capacity: number) {}

  add(key: string): void {
    const known = this.counts.get(key);
    if (known !== undefined) this.counts.set(key, known + 1);
    else if (this.counts.size < this.capacity) this.counts.set(key, 1);
    else this.counts.set(key, this.dropRarest() + 1);
  }

  /** The most frequent first. */
  top(limit: number): KeyCount[] {
    return topOf(this.counts, limit);
  }

  clear(): void {
    this.counts.clear();
  }

  private dropRarest(): number {
    let rarest = '';
    let fewest = Infinity;
    for (const [key, count] of this.counts) {
      if (count >= fewest) continue;
      rarest = key;
      fewest = count;
      if (count === 1) break;
    }
    this.counts.delete(rarest);
    return fewest;
  }
}

export function topOf(counts: ReadonlyMap<string, number>, limit: number): KeyCount[] {
  return [...counts]
    .map(([key, count]) => ({ key, count }))
    .toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
    .slice(0, limit);
}
