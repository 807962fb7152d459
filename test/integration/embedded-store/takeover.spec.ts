import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open as openLmdb } from 'lmdb';
import { MongoClient } from 'mongodb';
import { openEmbeddedStore, type EmbeddedStore } from '../../../src/database/embedded/embedded-store.js';
import { failWritesToClosedSockets } from '../../../src/database/driver-writes.js';
import { BuiltProcess } from '../../support/server-process.js';
import { startStoreProcess, type StoreProcess } from './store-process.js';

failWritesToClosedSockets();

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
  async function openHere(directory = dataDir): Promise<EmbeddedStore> {
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
    const guest = await openHere();
    expect(guest).toMatchObject({ uri: owner.uri, role: 'guest' });
    expect((await stat(join(dataDir, 'store.sock'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'store'))).mode & 0o777).toBe(0o700);
  });

  it.each([['SIGKILL' as const], ['SIGTERM' as const]])(
    'go on when the owner ends by %s: a guest takes over what was acknowledged',
    async (signal) => {
      const owner = await start();
      const guest = await openHere();
      const client = await connect(guest.uri);
      const rows = client.db('app').collection<{ _id: number }>('rows');
      await rows.insertOne({ _id: 1 });
      await owner.end(signal);
      // Reads are retried by the driver once; a write whose fate is unknown is the caller's to repeat.
      await untilServed(() => rows.insertOne({ _id: 2 }));
      expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
      expect(guest.role).toBe('owner');
    },
  );

  it('elect one owner when several start at once', async () => {
    const stores = await Promise.all([start(), start(), start(), openHere(), openHere()]);
    expect(new Set(stores.map(({ uri }) => uri)).size).toBe(1);
    const rows = (await connect(stores[0]!.uri)).db('app').collection('rows');
    await Promise.all(Array.from({ length: 20 }, (_, n) => rows.insertOne({ n })));
    expect(await rows.countDocuments()).toBe(20);
  });

  it('start again after a kill that left the socket and the lock files behind', async () => {
    const killed = await start();
    await killed.end('SIGKILL');
    expect(await readdir(dataDir)).toContain('store.sock');
    expect((await openHere()).role).toBe('owner');
  });

  it('wait until a lock that its last user destroyed is free of others who got it', async () => {
    const directory = join(dataDir, 'store', 'election');
    const other = openLmdb({ path: directory, encoding: 'binary' });
    await destroyMutexes(join(directory, 'lock.mdb'));
    const store = BuiltProcess.start('dist/database/embedded/main.js', ['--data', dataDir], {});
    closing.push(() => store.kill('SIGKILL'));
    await store.line(/election's lock cannot be opened.*trying again/);
    await other.close();
    expect(
      await (await connect((await store.line(/^mongodb:.*/))[0])).db('app').command({ ping: 1 }),
    ).toEqual({
      ok: 1,
    });
  });

  it('take over on the socket alone when the port that they were to serve is taken', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    closing.push(() => new Promise((resolve) => listener.close(resolve)));
    await once(listener, 'listening');
    const owner = await start();
    const errors: string[] = [];
    const { port } = listener.address() as AddressInfo;
    const guest = await openEmbeddedStore({ dataDir, port, onUnexpectedError: (text) => errors.push(text) });
    closing.push(() => guest.close());
    await owner.end('SIGKILL');
    const client = await connect(guest.uri);
    expect(await client.db('app').command({ ping: 1 })).toEqual({ ok: 1 });
    expect(guest).toMatchObject({ role: 'owner', tcpUri: undefined });
    expect(errors).toEqual([expect.stringContaining(`port ${port} is taken`)]);
  });

  it('serve a directory whose path is too long for a socket', async () => {
    const long = join(dataDir, 'x'.repeat(80), 'y'.repeat(80));
    const store = await openHere(long);
    const client = await connect(store.uri);
    expect(await client.db('app').command({ ping: 1 })).toEqual({ ok: 1 });
    expect((await openHere(long)).role).toBe('guest');
  });
});

/**
 * Does to a lock file what LMDB does when its last user closes it: puts glibc's mark of a destroyed mutex in place of that of a
 * robust one. In a process of its own: closing a file frees all locks that a process has on it.
 */
function destroyMutexes(lockFile: string): Promise<unknown> {
  const script = `
    const { openSync, readSync, writeSync } = require('node:fs');
    const file = openSync(process.argv[1], 'r+');
    const bytes = Buffer.alloc(200);
    readSync(file, bytes, 0, bytes.length, 0);
    for (let at = 0; at < bytes.length; at += 4) if (bytes.readInt32LE(at) === 0x90) bytes.writeInt32LE(-1, at);
    writeSync(file, bytes, 0, bytes.length, 0);`;
  return promisify(execFile)(process.execPath, ['-e', script, lockFile]);
}

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
