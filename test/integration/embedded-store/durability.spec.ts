import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient, MongoServerError } from 'mongodb';
import { failWritesToClosedSockets } from '../../../src/database/driver-writes.js';
import { startStoreProcess, type StoreProcess } from './store-process.js';

failWritesToClosedSockets();

const SOURCE = new URL('./slow-sync.c', import.meta.url).pathname;
const SYNC_MS = 250;

function compile(into: string): boolean {
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', into, SOURCE], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const sizeOf = async (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

async function untilAnswered<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof MongoServerError) throw error;
    }
  }
}

/** Preloading is Linux's; a machine without a C compiler cannot run this. */
const canSlowDown = process.platform === 'linux' && compile(join(tmpdir(), `probe-${process.pid}.so`));

(canSlowDown ? describe : describe.skip)('a slow disk and a full one', () => {
  let directory: string;
  let store: StoreProcess;
  let client: MongoClient;
  let log: string;

  beforeAll(async () => {
    await rm(join(tmpdir(), `probe-${process.pid}.so`));
    directory = await mkdtemp(join(tmpdir(), 'slow-'));
    const library = join(directory, 'slow-sync.so');
    compile(library);
    log = join(directory, 'syncs');
    store = await startStoreProcess(join(directory, 'data'), {
      env: {
        LD_PRELOAD: library,
        SLOW_SYNC_MS: String(SYNC_MS),
        SLOW_SYNC_LOG: log,
        DISK_FULL_FLAG: join(directory, 'full'),
      },
    });
    client = await MongoClient.connect(store.uri);
    await client.db('app').createCollection('rows');
  });
  afterAll(async () => {
    await client.close();
    await store.end('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });

  it('acknowledgements wait for the sync of their own transaction, single writes and batches alike', async () => {
    const rows = client.db('app').collection<{ _id: number }>('rows');
    const writes = [
      () => rows.insertOne({ _id: 1 }),
      () => rows.insertMany([{ _id: 2 }, { _id: 3 }]),
      () => rows.updateOne({ _id: 1 }, { $set: { a: 1 } }),
      () => rows.deleteOne({ _id: 2 }),
      () => rows.findOneAndUpdate({ _id: 1 }, { $set: { a: 2 } }),
      () => rows.createIndex({ a: 1 }),
    ];
    for (const write of writes) {
      const before = await sizeOf(log);
      const start = performance.now();
      await write();
      // nanosleep never wakes early, so this does not depend on how fast the machine is.
      expect(performance.now() - start).toBeGreaterThanOrEqual(SYNC_MS);
      expect(await sizeOf(log)).toBeGreaterThan(before);
    }
  });

  it('writes share one sync when they come together, and reads do not wait', async () => {
    const rows = client.db('app').collection<{ _id: number }>('rows');
    const before = await sizeOf(log);
    const writes = Promise.all(Array.from({ length: 40 }, (_, n) => rows.insertOne({ _id: 100 + n })));
    expect(await rows.findOne({ _id: 1 }, { projection: { _id: 1 } })).toEqual({ _id: 1 });
    await writes;
    expect((await sizeOf(log)) - before).toBeLessThan(40);
  });

  it('a list of collections or indexes shows nothing that is not on disk yet', async () => {
    const db = client.db('app');
    const listed = db.collection('listed');
    const changes: [change: () => Promise<unknown>, isShown: () => Promise<boolean>][] = [
      [
        () => db.createCollection('listed'),
        async () => (await db.listCollections({ name: 'listed' }, { nameOnly: true }).toArray()).length > 0,
      ],
      [() => listed.createIndex({ a: 1 }), async () => (await listed.indexes()).length > 1],
    ];
    for (const [change, isShown] of changes) {
      const start = performance.now();
      const changed = change();
      while (!(await isShown()));
      expect(performance.now() - start).toBeGreaterThanOrEqual(SYNC_MS);
      await changed;
    }
  });

  it('a count shows nothing that is not on disk yet', async () => {
    const rows = client.db('app').collection<{ _id: number }>('counted');
    await rows.insertOne({ _id: 1 });
    const write = { ended: false };
    const written = rows.insertOne({ _id: 2 }).then(() => (write.ended = true));
    do {
      // The sync may end between two of these, but what one of them has seen no later one may miss.
      const before = await rows.countDocuments({});
      const found = await rows.find().toArray();
      expect(found.length).toBeGreaterThanOrEqual(before);
      expect(await rows.countDocuments({})).toBeGreaterThanOrEqual(found.length);
    } while (!write.ended);
    await written;
    expect(await rows.estimatedDocumentCount()).toBe(2);
  });

  it('a write to a full disk fails, what was acknowledged stays, and writing goes on when there is room', async () => {
    const rows = client.db('app').collection<{ _id: number; text?: string }>('full');
    await rows.insertOne({ _id: 1 });
    await writeFile(join(directory, 'full'), '');
    const failures = await Promise.all(
      [2, 3].map((_id) =>
        rows.insertOne({ _id, text: 'x'.repeat(10_000) }).then(
          () => 'acknowledged',
          (error: unknown) => (error as { code?: number }).code,
        ),
      ),
    );
    // The second may find its connection ended: the store opens its files anew after a failed commit.
    expect(failures).toContain(14_031);
    expect(failures).not.toContain('acknowledged');
    // The store is opened anew: until the driver has noticed, it may write to sockets that are closing.
    expect(await untilAnswered(() => rows.find().toArray())).toEqual([{ _id: 1 }]);
    expect(await untilAnswered(() => rows.estimatedDocumentCount())).toBe(1);
    await rm(join(directory, 'full'));
    await rows.insertOne({ _id: 3 });
    expect(await rows.find().toArray()).toEqual([{ _id: 1 }, { _id: 3 }]);
    expect(await rows.estimatedDocumentCount()).toBe(2);
  });
});
