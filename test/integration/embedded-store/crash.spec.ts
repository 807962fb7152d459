import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient, type Collection } from 'mongodb';
import { Catalog } from '../../../src/database/embedded/storage/catalog.js';
import { checkCollection } from '../../../src/database/embedded/storage/consistency.js';
import { Environment } from '../../../src/database/embedded/storage/environment.js';
import { startStoreProcess } from './store-process.js';

interface Row {
  _id: string;
  status: string;
  n: number;
  tags: string[];
}

/** `npm run test:crash` kills more often. */
const KILLS = Number(process.env['STORE_KILLS'] ?? 8);

/** What the server acknowledged: the state of each row, undefined for a deleted one. */
class Ledger {
  readonly acknowledged = new Map<string, Partial<Row> | undefined>();
  /** Rows whose last write was not answered: it may have happened or not. */
  readonly unsure = new Set<string>();
  private writes = 0;
  private awaited: { writes: number; resolve: () => void } | undefined;

  async write(id: string, state: Partial<Row> | undefined, work: () => Promise<unknown>): Promise<void> {
    this.unsure.add(id);
    await work();
    this.acknowledged.set(id, state);
    this.unsure.delete(id);
    this.writes += 1;
    if (this.writes === this.awaited?.writes) this.awaited.resolve();
  }

  /** Resolves once so many more writes are acknowledged. */
  more(writes: number): Promise<void> {
    return new Promise((resolve) => {
      this.awaited = { writes: this.writes + writes, resolve };
    });
  }
}

/** Writes on one row after the other until the connection breaks. */
async function load(rows: Collection<Row>, ledger: Ledger, writer: string): Promise<void> {
  try {
    for (let n = 0; ; n += 1) {
      const _id = `${writer}-${n}`;
      await ledger.write(_id, { status: 'new', n: 0 }, () =>
        rows.insertOne({ _id, status: 'new', n: 0, tags: ['a', 'b'] }),
      );
      if (n % 3 === 0) {
        await ledger.write(_id, { status: 'changed', n: 1 }, () =>
          rows.updateOne({ _id }, { $set: { status: 'changed' }, $inc: { n: 1 }, $push: { tags: 'c' } }),
        );
      }
      if (n % 7 === 0) await ledger.write(_id, undefined, () => rows.deleteOne({ _id }));
    }
  } catch {
    // The server was killed.
  }
}

describe('a store killed under load', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'crash-'));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it(
    `has every acknowledged write and whole indexes after each of ${KILLS} kills`,
    async () => {
      const ledger = new Ledger();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const store = await startStoreProcess(dataDir);
        const client = await MongoClient.connect(store.uri, { serverSelectionTimeoutMS: 2_000 });
        const rows = client.db('crash').collection<Row>('rows');
        await verify(rows, ledger);
        if (kill === 0) await rows.createIndexes([{ key: { status: 1, n: -1 } }, { key: { tags: 1 } }]);
        const writers = Array.from({ length: 8 }, (_, at) => load(rows, ledger, `${kill}-${at}`));
        // At no special moment: after some writes, and then somewhere between two of them.
        await ledger.more(20 + Math.floor(Math.random() * 600));
        await delay(Math.random() * 10);
        await store.end('SIGKILL');
        await client.close(true);
        await Promise.all(writers);
      }
      expect(ledger.acknowledged.size).toBeGreaterThan(KILLS * 10);
      const environment = new Environment(join(dataDir, 'store'));
      const catalog = await Catalog.open(environment);
      expect(catalog.all().flatMap((collection) => checkCollection(environment, collection))).toEqual([]);
      await environment.close();
    },
    20_000 + KILLS * 4_000,
  );
});

async function verify(rows: Collection<Row>, ledger: Ledger): Promise<void> {
  const stored = new Map((await rows.find().toArray()).map((row) => [row._id, row]));
  const wrong = [...ledger.acknowledged]
    .filter(([id]) => !ledger.unsure.has(id))
    .filter(([id, state]) => {
      const row = stored.get(id);
      return state ? row?.status !== state.status || row?.n !== state.n : row !== undefined;
    });
  expect(wrong).toEqual([]);
  const unknown = [...stored.keys()].filter((id) => !ledger.acknowledged.has(id) && !ledger.unsure.has(id));
  expect(unknown).toEqual([]);
  // What was unsure is known now.
  for (const id of ledger.unsure) {
    const row = stored.get(id);
    ledger.acknowledged.set(id, row && { status: row.status, n: row.n });
  }
  ledger.unsure.clear();
}
