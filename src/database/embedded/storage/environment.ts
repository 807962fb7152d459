import { open, type Database, type RootDatabase } from 'lmdb';
import { WriteQueue } from './write-queue.js';

export type Bytes = Database<Buffer, Buffer>;

const BINARY = { encoding: 'binary', keyEncoding: 'binary' } as const;

/**
 * The LMDB environment. Documents stand in `documents` by collection and record id, index entries in `entries` by index
 * and key, and `catalog` tells which collections and indexes there are. Prefixes in place of one LMDB database each:
 * their number is then unlimited, and dropping one does not stop the store (its rows are purged in steps).
 */
export class Environment {
  readonly documents: Bytes;
  readonly entries: Bytes;
  readonly catalog: Bytes;
  readonly writes: WriteQueue;
  private readonly root: RootDatabase<Buffer, Buffer>;

  constructor(readonly directory: string) {
    // overlappingSync off: a commit's promise then resolves after fdatasync, and no later transaction is seen before.
    // eventTurnBatching off: it makes a promise of its own for each turn, which nobody can catch when a commit fails.
    this.root = open<Buffer, Buffer>({
      path: directory,
      ...BINARY,
      overlappingSync: false,
      eventTurnBatching: false,
      maxDbs: 8,
    });
    this.documents = this.root.openDB<Buffer, Buffer>({ name: 'documents', ...BINARY });
    this.entries = this.root.openDB<Buffer, Buffer>({ name: 'entries', ...BINARY });
    this.catalog = this.root.openDB<Buffer, Buffer>({ name: 'catalog', ...BINARY });
    this.writes = new WriteQueue(this.root);
  }

  async close(): Promise<void> {
    this.writes.stop();
    await this.writes.drained();
    await this.root.close();
  }
}
