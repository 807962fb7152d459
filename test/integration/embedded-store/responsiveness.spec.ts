import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient, type Collection } from 'mongodb';
import { openEmbeddedStore, type EmbeddedStore } from '../../../src/database/embedded/embedded-store.js';

interface Row {
  n: number;
  at: Date;
  touched?: number;
}

const ROWS = 12_000;

describe('work on many documents', () => {
  let dataDir: string;
  let store: EmbeddedStore;
  let client: MongoClient;
  let rows: Collection<Row>;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'many-'));
    store = await openEmbeddedStore({ dataDir, ttlIntervalMs: 50 });
    client = await MongoClient.connect(store.uri);
    rows = client.db('app').collection<Row>('rows');
    for (let from = 0; from < ROWS; from += 2_000) {
      const batch = Array.from({ length: 2_000 }, (_, at) => ({ n: from + at, at: new Date() }));
      await rows.insertMany(batch, { ordered: false });
    }
  });
  afterAll(async () => {
    await client.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('lets others have their turn: pings are answered while it runs', async () => {
    const progress = { done: false };
    const work = rows
      .find({ $expr: { $gt: [{ $size: { $range: [0, 300] } }, 500] } })
      .toArray()
      .finally(() => (progress.done = true));
    let pings = 0;
    while (!progress.done) {
      await client.db('app').command({ ping: 1 });
      pings += 1;
    }
    expect(await work).toEqual([]);
    expect(pings).toBeGreaterThan(3);
  });

  it('updates all of them without an index, and each once', async () => {
    const result = await rows.updateMany({ n: { $gte: 10 } }, { $inc: { touched: 1 } });
    expect(result.modifiedCount).toBe(ROWS - 10);
    expect(await rows.countDocuments({ touched: 1 })).toBe(ROWS - 10);
  });

  it('builds an index in steps, which meets writes made in the meantime', async () => {
    const build = rows.createIndex({ n: 1, at: 1 });
    const writes = await Promise.all([
      rows.insertOne({ n: ROWS, at: new Date() }),
      rows.updateOne({ n: 5 }, { $set: { n: -5 } }),
      rows.deleteOne({ n: ROWS - 1 }),
    ]);
    await build;
    expect(writes).toHaveLength(3);
    const hint = { n: 1, at: 1 } as const;
    expect(await rows.countDocuments({ n: { $gte: -10 } }, { hint })).toBe(ROWS);
    expect(await rows.findOne({ n: -5 }, { hint, projection: { _id: 0, n: 1 } })).toEqual({ n: -5 });
    expect(await rows.findOne({ n: 5 }, { hint })).toBeNull();
  });

  it('removes what has expired, some at a time', async () => {
    await rows.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
    for (;;) {
      if ((await rows.estimatedDocumentCount()) === 0) break;
    }
    expect(await rows.countDocuments({ n: { $exists: true } })).toBe(0);
    await rows.insertOne({ n: 1, at: new Date(Date.now() + 3_600_000) });
    expect(await rows.countDocuments()).toBe(1);
  });

  it('drops a collection at once and purges its rows behind', async () => {
    const others = client.db('app').collection('others');
    await others.insertMany(Array.from({ length: 5_000 }, (_, n) => ({ n })));
    await others.drop();
    expect(await others.countDocuments()).toBe(0);
    await others.insertOne({ n: 1 });
    expect(await others.countDocuments({ n: { $gte: 0 } })).toBe(1);
  });
});
