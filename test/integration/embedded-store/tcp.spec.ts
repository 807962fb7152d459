import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MongoClient, type MongoServerError } from 'mongodb';
import { startStoreProcess, type StoreProcess } from './store-process.js';

describe('the store on a port', () => {
  let dataDir: string;
  let store: StoreProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tcp-'));
    store = await startStoreProcess(dataDir, { args: ['--port', '0'] });
  });
  afterAll(async () => {
    await store.end('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('prints a connection string that works', async () => {
    expect(store.uri).toMatch(/^mongodb:\/\/store:[\w-]+@127\.0\.0\.1:\d+\//);
    const client = await MongoClient.connect(store.uri);
    await client.db('app').collection('rows').insertOne({ a: 1 });
    expect(await client.db('app').collection('rows').countDocuments()).toBe(1);
    await client.close();
  });

  it('refuses a wrong password', async () => {
    const wrong = store.uri.replace(/store:[^@]+@/, 'store:guess@');
    const failure = await MongoClient.connect(wrong).then(
      () => undefined,
      (error: unknown) => error as MongoServerError,
    );
    expect(failure?.code).toBe(18);
  });

  it('answers nothing but the handshake without a password', async () => {
    const client = await MongoClient.connect(
      store.uri.replace(/store:[^@]+@/, '').replace('authSource=admin&', ''),
    );
    expect(await client.db('app').command({ ping: 1 })).toEqual({ ok: 1 });
    const failure = await client
      .db('app')
      .collection('rows')
      .findOne()
      .then(
        () => undefined,
        (error: unknown) => error as MongoServerError,
      );
    expect(failure?.code).toBe(13);
    await client.close();
  });

  it('ends cleanly on SIGTERM', async () => {
    expect(await store.end('SIGTERM')).toBe(0);
  });
});
