import { storeErrors } from '../store.errors.js';
import type { CappedLimits } from './collection-rules.js';
import type { Environment } from './environment.js';
import { documentKey, RECORD_ID_BYTES, recordIdOf } from './key-space.js';

/** What the keeper of a capped collection's limits needs of it. */
interface CappedCollection {
  readonly id: number;
  readonly count: number;
  read(recordId: number): Buffer | undefined;
  remove(recordId: number, document: Uint8Array): void;
}

/** Keeps a capped collection within its limits: the oldest documents make room for the newest. */
export class CappedSpace {
  /** Bytes of all documents; undefined until they are counted, and again after a rollback. */
  private bytes: number | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly collection: CappedCollection,
  ) {}

  /** @throws StoreError BadValue (2) for a document that could never stand in the collection. */
  checkFits(document: Uint8Array, { size }: CappedLimits): void {
    if (document.length > size) {
      throw storeErrors.BadValue(`object to insert exceeds cappedMaxSize: ${document.length} > ${size}`);
    }
  }

  changed(difference: number): void {
    this.environment.writes.onRollback(() => (this.bytes = undefined));
    this.bytes = (this.bytes ?? this.measure()) + difference;
  }

  /** Removes the oldest documents until the rest is within the limits. */
  evict({ size, max }: CappedLimits): void {
    while ((this.bytes ??= this.measure()) > size || this.collection.count > max) {
      const [oldest] = this.environment.documents.getKeys({ ...this.range(), limit: 1 });
      if (oldest === undefined) return;
      const recordId = recordIdOf(oldest, oldest.length - RECORD_ID_BYTES);
      this.collection.remove(recordId, this.collection.read(recordId)!);
    }
  }

  private range(): { start: Buffer; end: Buffer } {
    return { start: documentKey(this.collection.id, 0), end: documentKey(this.collection.id + 1, 0) };
  }

  private measure(): number {
    let bytes = 0;
    for (const { value } of this.environment.documents.getRange(this.range())) bytes += value.length;
    return bytes;
  }
}
