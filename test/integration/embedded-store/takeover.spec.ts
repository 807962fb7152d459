import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { openEmbeddedStore, type EmbeddedStore } from '../../../src/database/embedded/embedded-store.js';
import { startStoreProcess, type StoreProcess } from './store-process.js';

describe('several processes on one data directory', () => {
  let dataDir: string;
  let closing: (() => Promise<unknown>)[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'takeover-'));
    closing = [];
  });
  afterEach(async () => {
    for (const close of closing.toReversed()) await close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(directory = dataDir): Promise<StoreProcess> {
    const store = await startStoreProcess(directory);
    closing.push(() => store.end('SIGKILL'));
    return store;
  }
  async function open(directory = dataDir): Promise<EmbeddedStore> {
    const store = await openEmbeddedStore({ dataDir: directory });
    closing.push(() => store.close());
    return store;
  }
  async function connect(uri: string): Promise<MongoClient> {
    const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 5_000 });
    closing.push(() => client.close());
    return client;
  }

  it('share one store: the first serves it on a socket only its user may open', async () => {
    const owner = await start();
    const guest = await open();
    expect(guest).toMatchObject({ uri: owner.uri, role: 'guest' });
    expect((await stat(join(dataDir, 'store.sock'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'store'))).mode & 0o777).toBe(0o700);
  });

  it.each([['SIGKILL' as const], ['SIGTERM' as const]])(
    'go on when the owner ends by %s: a guest takes over what was acknowledged',
    async (signal) => {
      const owner = await start();
      const guest = await open();
      const client = await connect(guest.uri);
      const rows = client.db('app').collection<{ _id: number }>('rows');
      await rows.insertOne({ _id: 1 });
      // The driver (7.8) waits for ever for a command that it writes between a socket's end and its close: it waits for
      // `drain`, which a destroyed socket never tells. The exit of the owner wakes this test just then.
      const noticed = once(client, 'connectionClosed');
      await Promise.all([owner.end(signal), noticed]);
      // Reads are retried by the driver once; a write whose fate is unknown is the caller's to repeat.
      await untilServed(() => rows.insertOne({ _id: 2 }));
      expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
      expect(guest.role).toBe('owner');
    },
  );

  it('elect one owner when several start at once', async () => {
    const stores = await Promise.all([start(), start(), start(), open(), open()]);
    expect(new Set(stores.map(({ uri }) => uri)).size).toBe(1);
    const rows = (await connect(stores[0]!.uri)).db('app').collection('rows');
    await Promise.all(Array.from({ length: 20 }, (_, n) => rows.insertOne({ n })));
    expect(await rows.countDocuments()).toBe(20);
  });

  it('start again after a kill that left the socket and the lock files behind', async () => {
    const killed = await start();
    await killed.end('SIGKILL');
    expect(await readdir(dataDir)).toContain('store.sock');
    expect((await open()).role).toBe('owner');
  });

  it('serve a directory whose path is too long for a socket', async () => {
    const long = join(dataDir, 'x'.repeat(80), 'y'.repeat(80));
    const store = await open(long);
    const client = await connect(store.uri);
    expect(await client.db('app').command({ ping: 1 })).toEqual({ ok: 1 });
    expect((await open(long)).role).toBe('guest');
  });
});

async function untilServed(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if ((error as { code?: number }).code === 11_000 || attempt === 20) throw error;
    }
  }
}
