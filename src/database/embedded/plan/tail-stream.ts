import type { DocumentStream, Tail } from '../cursor/document-stream.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { documentKey, RECORD_ID_BYTES, recordIdOf } from '../storage/key-space.js';
import { storeErrors } from '../store.errors.js';
import { appendRecordId, type Query } from './query.js';

const MOST_EXAMINED = 512;

/**
 * A capped collection in the order of insertion. At its end it gives nothing, and goes on when more has been inserted:
 * a tailable cursor reads it.
 */
export class TailStream implements DocumentStream, Tail {
  private at = 0;
  private skipped = 0;
  private given = 0;
  private keys: Iterator<Buffer> | undefined;
  private closed = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly collection: Collection,
    private readonly query: Query,
    private readonly shape: ((document: Uint8Array) => Uint8Array) | undefined,
    readonly awaitsData: boolean,
  ) {}

  get tail(): this {
    return this;
  }

  /** As in MongoDB, a cursor over an empty collection ends at once. */
  get isAlive(): boolean {
    return this.at > 0 && this.given < this.limit;
  }

  get isExhausted(): boolean {
    return this.given >= this.limit;
  }

  next(): Uint8Array | undefined | false {
    if (this.isExhausted) return undefined;
    for (let examined = 0; examined < MOST_EXAMINED; examined += 1) {
      this.keys ??= this.open();
      const { value: key, done } = this.keys.next();
      if (done) return undefined;
      this.at = recordIdOf(key, key.length - RECORD_ID_BYTES);
      const document = this.collection.read(this.at);
      if (!document || !this.query.filter.matches(document, this.query.settings)) continue;
      this.skipped += 1;
      if (this.skipped <= (this.query.skip ?? 0)) continue;
      this.given += 1;
      const shown = this.query.withRecordId ? appendRecordId({ document, recordId: this.at }) : document;
      return this.shape ? this.shape(shown) : shown;
    }
    return false;
  }

  pause(): void {
    this.keys?.return?.();
    this.keys = undefined;
  }

  /** Resolves when something was written, or `ms` have passed. @throws StoreError CursorKilled (237). */
  async more(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      this.environment.writes.nextCommit(),
      new Promise<void>((resolve) => {
        this.wake = resolve;
        timer = setTimeout(resolve, ms);
      }),
    ]);
    clearTimeout(timer);
    if (this.closed) throw storeErrors.CursorKilled('the cursor was closed while it waited for more');
  }

  close(): void {
    this.closed = true;
    this.wake?.();
  }

  private get limit(): number {
    return this.query.limit || Number.POSITIVE_INFINITY;
  }

  private open(): Iterator<Buffer> {
    const { id } = this.collection;
    if (this.at > 0 && !this.collection.read(this.at)) {
      throw storeErrors.CappedPositionLost(
        `CollectionScan died due to position in capped collection being deleted. Last seen record id: ${this.at}`,
      );
    }
    const range = { start: documentKey(id, this.at + 1), end: documentKey(id + 1, 0) };
    return this.environment.documents.getKeys(range)[Symbol.iterator]();
  }
}
