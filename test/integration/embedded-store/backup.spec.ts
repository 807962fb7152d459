import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.js';
import { startStoreProcess, type StoreProcess } from './store-process.js';

interface Row {
  _id: number;
}

const backUp = (dataDir: string, target: string) =>
  promisify(execFile)(process.execPath, ['deploy/backup-embedded-store.mjs', dataDir, target]);

describe('a backup of a store that is being written to', () => {
  let dir: string;
  const stores: StoreProcess[] = [];
  const clients: MongoClient[] = [];

  async function open(dataDir: string) {
    const store = await startStoreProcess(dataDir);
    const client = await new MongoClient(store.uri).connect();
    stores.push(store);
    clients.push(client);
    return client.db('test').collection<Row>('rows');
  }

  beforeAll(async () => {
    dir = await makeTempDir();
  });

  afterAll(async () => {
    for (const client of clients) await client.close();
    for (const store of stores) await store.end('SIGKILL');
    await removeTempDir(dir);
  });

  it('holds all that was acknowledged before it, and of what came after it the first part', async () => {
    const rows = await open(join(dir, 'a'));
    const progress = { written: 0, stopped: false };
    const writing = (async () => {
      for (; !progress.stopped; progress.written += 1) await rows.insertOne({ _id: progress.written });
    })();
    while (progress.written < 10) await new Promise(setImmediate);
    const before = progress.written;
    await backUp(join(dir, 'a'), join(dir, 'b'));
    progress.stopped = true;
    await writing;
    const copied = await (await open(join(dir, 'b'))).find().sort({ _id: 1 }).toArray();
    expect(copied.length).toBeGreaterThanOrEqual(before);
    expect(copied.map(({ _id }) => _id)).toEqual(Array.from({ length: copied.length }, (_, n) => n));
  }, 60_000);

  it('does not write over another one', async () => {
    await expect(backUp(join(dir, 'a'), join(dir, 'b'))).rejects.toThrow('exists already');
    await expect(backUp(join(dir, 'nothing'), join(dir, 'c'))).rejects.toThrow('there is no embedded store');
  }, 60_000);
});
