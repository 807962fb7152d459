import { randomInt } from 'node:crypto';
import { storeErrors } from '../store.errors.js';
import type { DocumentStream } from './document-stream.js';

/** MongoDB's default: a cursor nobody asked for that long is closed. */
const IDLE_LIMIT_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

export interface ServerCursor {
  readonly id: number;
  readonly namespace: string;
  readonly stream: DocumentStream;
  /** A document that was read but did not fit in the last batch. */
  pushedBack: Uint8Array | undefined;
  /** Only a kill, or the end of its collection, closes it. */
  readonly neverIdle: boolean;
  inUse: boolean;
  usedAt: number;
}

/** Open cursors by id. */
export class CursorRegistry {
  private readonly cursors = new Map<number, ServerCursor>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.sweeper = setInterval(() => this.closeIdle(), SWEEP_MS);
    this.sweeper.unref();
  }

  get size(): number {
    return this.cursors.size;
  }

  open(
    namespace: string,
    stream: DocumentStream,
    pushedBack: Uint8Array | undefined,
    neverIdle: boolean,
  ): ServerCursor {
    const id = randomInt(1, 2 ** 47);
    const cursor = { id, namespace, stream, pushedBack, neverIdle, inUse: false, usedAt: this.now() };
    this.cursors.set(id, cursor);
    return cursor;
  }

  /** Takes the cursor for one batch; {@link release} gives it back. @throws StoreError CursorNotFound (43). */
  take(id: number, namespace: string): ServerCursor {
    const cursor = this.cursors.get(id);
    if (!cursor) throw storeErrors.CursorNotFound(`cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw storeErrors.Unauthorized(
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    if (cursor.inUse) throw storeErrors.CursorInUse(`cursor id ${id} is already in use`);
    cursor.inUse = true;
    return cursor;
  }

  release(cursor: ServerCursor): void {
    cursor.inUse = false;
    cursor.usedAt = this.now();
  }

  close(id: number): boolean {
    const stream = this.cursors.get(id)?.stream;
    stream?.pause();
    stream?.tail?.close();
    return this.cursors.delete(id);
  }

  /** Closes the cursors over a collection that is dropped. */
  closeNamespace(namespace: string): void {
    for (const cursor of this.cursors.values()) {
      if (cursor.namespace === namespace) this.close(cursor.id);
    }
  }

  dispose(): void {
    clearInterval(this.sweeper);
    for (const id of this.cursors.keys()) this.close(id);
  }

  private closeIdle(): void {
    const oldest = this.now() - IDLE_LIMIT_MS;
    for (const cursor of this.cursors.values()) {
      if (!cursor.inUse && !cursor.neverIdle && cursor.usedAt < oldest) this.close(cursor.id);
    }
  }
}
