import type { BucketLimit } from '../../instagram/limits/send-limits.js';
import { nextLifeMs } from '../../queue/chunk-life.js';

/** A piece of a limit that this process may use. Times in ms since the epoch. */
interface Chunk {
  begin: number;
  until: number;
  reservedAt: number;
  left: number;
}

interface Waiting {
  /** Who came first. */
  order: string;
  resolve: (beginMs: number) => void;
  reject: (error: unknown) => void;
}

export type Reserve = (chunks: number, lifeMs: number) => Promise<Date[]>;

/** Gives out what this process has reserved of one limit of one account, in order, and reserves more when it is used up. */
export class SendAllowance {
  private chunks: Chunk[] = [];
  private waiting: Waiting[] = [];
  private pumping = false;
  private lifeMs: number;
  /** How many chunks more than are needed at the moment the next reservation takes. */
  private ahead = 0;
  lastUsedAt = 0;

  constructor(
    private readonly limit: BucketLimit,
    private readonly now: () => number,
    private readonly reserve: Reserve,
  ) {
    this.lifeMs = limit.maxLifeMs;
  }

  /**
   * Takes one send.
   *
   * @param order decides between those who ask at the same time
   * @returns from when it may be made, in ms since the epoch
   */
  take(order: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ order, resolve, reject });
      void this.pump();
    });
  }

  /** From when the next send may be made, where a chunk is at hand; ms since the epoch. */
  get nextBeginMs(): number | undefined {
    return this.chunks.find(({ left }) => left > 0)?.begin;
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    // Those who ask in the same turn are put in order first.
    await new Promise(setImmediate);
    try {
      while (this.waiting.length > 0) {
        this.waiting.sort((a, b) => (a.order < b.order ? -1 : 1));
        this.giveOut();
        if (this.waiting.length > 0) await this.refill();
      }
    } catch (error) {
      for (const { reject } of this.waiting.splice(0)) reject(error);
    }
    this.pumping = false;
  }

  private giveOut(): void {
    const now = this.now();
    this.lastUsedAt = now;
    while (this.waiting.length > 0) {
      const chunk = this.chunks[0];
      if (!chunk) return;
      if (chunk.left === 0 || chunk.until <= now) {
        this.lifeMs = nextLifeMs(chunk, now, this.lifeMs, this.limit);
        this.ahead = this.aheadAfter(chunk);
        this.chunks.shift();
        continue;
      }
      chunk.left -= 1;
      this.waiting.shift()!.resolve(chunk.begin);
    }
  }

  /** One more for each chunk that was used up; half as many when one was not. */
  private aheadAfter({ left }: Chunk): number {
    return left > 0 ? this.ahead >> 1 : Math.min(this.ahead + 1, this.limit.maxAhead);
  }

  private async refill(): Promise<void> {
    const reservedAt = this.now();
    const chunks = Math.ceil(this.waiting.length / this.limit.chunkSize) + this.ahead;
    const { lifeMs } = this;
    for (const date of await this.reserve(chunks, lifeMs)) {
      const begin = date.getTime();
      this.chunks.push({ begin, until: begin + lifeMs, reservedAt, left: this.limit.chunkSize });
    }
  }
}
