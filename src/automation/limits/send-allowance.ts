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
  resolve: (turn: Turn) => void;
  reject: (error: unknown) => void;
}

/** `later`: nothing was taken; ask again then. */
export interface Turn {
  type: 'turn' | 'later';
  /** From when the send may be made, or is to be asked for again; in ms since the epoch. */
  atMs: number;
}

export interface Reservation {
  /** In order; fewer than asked for, where others would begin too late. Times in ms since the epoch. */
  chunks: { begin: number; until: number }[];
  /** How far apart chunks are kept at the moment; 0: not at all. */
  spacingMs: number;
}

/** What is reserved to be used at once must still be there when the answer comes: taken for as long until one was measured. */
const FIRST_TOOK_MS = 100;
/** Nobody came back for so many windows: their jobs have ended otherwise, and the line holds up nobody. */
const WINDOWS_TO_COME_BACK = 5;

export type Reserve = (chunks: number, lifeMs: number) => Promise<Reservation>;

/** Gives out what this process has reserved of one limit of one account, in order, and reserves more when it is used up. */
export class SendAllowance {
  private chunks: Chunk[] = [];
  private waiting: Waiting[] = [];
  private pumping = false;
  private lifeMs: number;
  /** How many chunks more than are needed at the moment the next reservation takes. */
  private ahead = 0;
  /** Until then, no chunk begins soon enough. */
  private fullUntilMs = -Infinity;
  /** Where the line of those who come back later ends. */
  private lineEndsMs = -Infinity;
  /** When one of them last came back, or when the line began. */
  private lineMovedMs = -Infinity;
  /** How long the last reservation took. */
  private tookMs = FIRST_TOOK_MS;
  private paceMs: number;
  lastUsedAt = 0;

  constructor(
    private readonly limit: BucketLimit,
    private readonly now: () => number,
    private readonly reserve: Reserve,
  ) {
    this.lifeMs = limit.maxLifeMs;
    this.paceMs = limit.windowMs / (limit.chunkSize * limit.maxChunks);
  }

  /**
   * Takes one send, if its turn comes soon enough for this limit.
   *
   * @param order decides between those who ask at the same time
   * @param isNew it has not been in line before, and may not pass those who have
   */
  take(order: string, isNew = false): Promise<Turn> {
    const now = this.now();
    if (this.lineMovedMs + WINDOWS_TO_COME_BACK * this.limit.windowMs < now) this.lineEndsMs = -Infinity;
    if (!isNew) this.lineMovedMs = now;
    if (isNew && this.lineEndsMs > now + this.limit.maxWaitMs) return Promise.resolve(this.later());
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
      if (chunk.left === 0 || chunk.until < now) {
        this.lifeMs = nextLifeMs(chunk, now, this.lifeMs, this.limit);
        this.ahead = this.aheadAfter(chunk);
        this.chunks.shift();
        continue;
      }
      chunk.left -= 1;
      this.waiting.shift()!.resolve({ type: 'turn', atMs: chunk.begin });
    }
  }

  /** One more for each chunk that was used up; half as many when one was not. */
  private aheadAfter({ left }: Chunk): number {
    return left > 0 ? this.ahead >> 1 : Math.min(this.ahead + 1, this.limit.maxAhead);
  }

  private async refill(): Promise<void> {
    const reservedAt = this.now();
    if (reservedAt < this.fullUntilMs) return this.putOff();
    const { limit } = this;
    const needed = Math.ceil(this.waiting.length / limit.chunkSize);
    // Others come as soon as these are served: what is reserved is used up at once, and more would be in vain.
    const inLine = this.lineEndsMs > reservedAt || needed > limit.maxChunks;
    const wanted = inLine ? needed : needed + this.ahead;
    const lifeMs = inLine ? Math.max(limit.minLifeMs, 2 * this.tookMs) : this.lifeMs;
    const { chunks, spacingMs } = await this.reserve(wanted, lifeMs);
    this.tookMs = this.now() - reservedAt;
    for (const chunk of chunks) this.chunks.push({ ...chunk, reservedAt, left: limit.chunkSize });
    const chunkPaceMs = Math.max(limit.windowMs / limit.maxChunks, spacingMs);
    this.paceMs = chunkPaceMs / limit.chunkSize;
    if (chunks.length < wanted) this.fullUntilMs = this.now() + chunkPaceMs / 2;
  }

  private putOff(): void {
    for (const { resolve } of this.waiting.splice(0)) resolve(this.later());
  }

  /** A place in the line, which moves as fast as the limit allows. Who comes back early is there when a chunk begins. */
  private later(): Turn {
    const now = this.now();
    if (this.lineEndsMs < now) this.lineMovedMs = now;
    const at = Math.max(this.lineEndsMs, now + this.limit.windowMs);
    this.lineEndsMs = at + this.paceMs;
    return { type: 'later', atMs: at - this.limit.maxWaitMs / 2 };
  }
}
