export interface BatcherOptions<T, R> {
  /** Does all items with as few commands as it can; answers one result for each item, in the same order. */
  run: (items: T[]) => Promise<R[]>;
  /** Most items handed to one `run`. */
  maxItems: number;
  /** How heavy an item is, for items of very different size. Default: all weigh nothing. */
  weigh?: (item: T) => number;
  /** Most weight handed to one `run`, except for a single item that is heavier. */
  maxWeight?: number;
  /** Most items waiting or under way; above it `add` fails with {@link BacklogError}. */
  maxPending: number;
  /**
   * In a busy time, wait this long for more items before each batch that is not full: at 3,000 items a second, 10 ms turn
   * hundreds of small commands a second into a hundred larger ones, and a command costs as much as some ten documents.
   * A time is busy once a batch had {@link BUSY_ITEMS}; a quiet moment has no added wait. Default: none.
   */
  lingerMs?: number;
}

const BUSY_ITEMS = 4;
/** How soon after a large batch the next items still count as the same busy time. */
const BUSY_MS = 100;

/** The database can't keep up: refuse new work now rather than hold it in memory, where a crash would lose it. */
export class BacklogError extends Error {
  override readonly name = 'BacklogError';
  readonly code = 'database_backlog';
}

interface Waiting<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Lets concurrent callers share commands to the database, above all writes. The first caller of an idle batcher starts a
 * batch with all that was added in the same turn of the event loop; what arrives while one is under way forms the next.
 * So a quiet moment has no added wait, and a busy one turns hundreds of inserts into one command and
 * one fsync.
 *
 * A batch that fails rejects each of its callers: none is told of a success that did not happen.
 */
export class Batcher<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private pending = 0;
  private running: Promise<void> | undefined;
  private busyUntil = 0;
  /** Ends a wait for more items. */
  private onFull: (() => void) | undefined;

  constructor(private readonly options: BatcherOptions<T, R>) {}

  /** Resolves with the item's own result once its batch is done. */
  add(item: T): Promise<R> {
    if (this.pending >= this.options.maxPending) {
      return Promise.reject(new BacklogError(`${this.pending} items are waiting for the database`));
    }
    this.pending += 1;
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length >= this.options.maxItems) this.onFull?.();
      this.running ??= this.runAll();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async drained(): Promise<void> {
    while (this.running) await this.running;
  }

  private async runAll(): Promise<void> {
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      await this.linger();
      const batch = this.waiting.splice(0, this.batchSize());
      await this.runBatch(batch);
    }
    this.running = undefined;
  }

  private batchSize(): number {
    const { maxItems, weigh, maxWeight = Infinity } = this.options;
    const most = Math.min(maxItems, this.waiting.length);
    if (!weigh) return most;
    let weight = 0;
    for (let size = 0; size < most; size += 1) {
      weight += weigh(this.waiting[size]!.item);
      if (weight > maxWeight && size > 0) return size;
    }
    return most;
  }

  private async linger(): Promise<void> {
    const { lingerMs, maxItems } = this.options;
    if (!lingerMs || this.waiting.length >= maxItems || performance.now() > this.busyUntil) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lingerMs);
      this.onFull = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.onFull = undefined;
  }

  private async runBatch(batch: Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.options.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as R));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      if (batch.length >= BUSY_ITEMS) this.busyUntil = performance.now() + BUSY_MS;
      this.pending -= batch.length;
    }
  }
}
