import { nextLifeMs } from './chunk-life.js';
import { CLOCK_SLACK_MS, type GrantedChunks } from './rate-limit.repository.js';

/** A piece of a key's limit that this process may use. Times in ms since the epoch. */
export interface Chunk {
  begin: number;
  /** Where its first job would be at an even pace. */
  paceFrom: number;
  /** Not to be used from then on. */
  until: number;
  reservedAt: number;
  size: number;
  left: number;
}

export interface Place {
  chunk: Chunk;
  /** How far the key is ahead of its even pace with this job. */
  aheadMs: number;
  /** When the job may start; undefined: at once. */
  begin: Date | undefined;
}

const LIFE = { minLifeMs: 250, maxLifeMs: 60_000 };
const FIRST_LIFE_MS = 5_000;

/**
 * What this process holds of one key's limit. A chunk blocks its share of the limit until a minute after its end, so a
 * chunk ends about when it will be used up, by how long the one before it lasted: at once for a key that floods, after a minute
 * for one that hardly says anything, which then costs one reservation a minute.
 */
export class KeyAllowance {
  /** In order of their beginnings. */
  private chunks: Chunk[] = [];
  private lifeMs = FIRST_LIFE_MS;
  private refilling: Promise<void> | undefined;

  constructor(
    private readonly key: string,
    private readonly chunkSize: number,
    private readonly paceMs: number,
  ) {}

  /** The next place for a job, if a chunk is at hand. */
  take(now: Date): Place | undefined {
    const at = now.getTime();
    for (;;) {
      const chunk = this.chunks[0];
      if (!chunk) return undefined;
      if (chunk.left > 0 && at < chunk.until) return this.placeIn(chunk, at);
      this.lifeMs = nextLifeMs(chunk, at, this.lifeMs, LIFE);
      this.chunks.shift();
    }
  }

  giveBack(chunk: Chunk): void {
    chunk.left += 1;
    if (this.chunks.includes(chunk)) return;
    this.chunks.push(chunk);
    this.chunks.sort((a, b) => a.begin - b.begin || a.paceFrom - b.paceFrom);
  }

  /** Gets more chunks. Callers at the same time share one reservation, and must look again whether it is enough. */
  async refill(
    now: Date,
    reserve: (request: { key: string; usableUntil: Date }) => Promise<GrantedChunks>,
  ): Promise<void> {
    this.refilling ??= this.reserveChunks(now, reserve).finally(() => (this.refilling = undefined));
    await this.refilling;
  }

  isIdle(now: Date): boolean {
    return !this.refilling && this.chunks.every((chunk) => chunk.until <= now.getTime());
  }

  private async reserveChunks(
    now: Date,
    reserve: (request: { key: string; usableUntil: Date }) => Promise<GrantedChunks>,
  ): Promise<void> {
    const reservedAt = now.getTime();
    const usableUntil = reservedAt + this.lifeMs;
    const { begins, paceFrom } = await reserve({ key: this.key, usableUntil: new Date(usableUntil) });
    for (const [index, date] of begins.entries()) {
      const begin = date.getTime();
      this.chunks.push({
        begin,
        paceFrom: paceFrom.getTime() + index * this.chunkSize * this.paceMs,
        until: Math.max(begin, usableUntil),
        reservedAt,
        size: this.chunkSize,
        left: this.chunkSize,
      });
    }
  }

  private placeIn(chunk: Chunk, at: number): Place {
    const aheadMs = chunk.paceFrom + (chunk.size - chunk.left) * this.paceMs - at;
    chunk.left -= 1;
    const deferred = chunk.begin > at + CLOCK_SLACK_MS;
    return { chunk, aheadMs, begin: deferred ? new Date(chunk.begin) : undefined };
  }
}
