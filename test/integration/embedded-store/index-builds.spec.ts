import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient, type Collection, type Document, type MongoServerError } from 'mongodb';
import { checkCollection } from '../../../src/database/embedded/storage/consistency.js';
import { Catalog } from '../../../src/database/embedded/storage/catalog.js';
import { Environment } from '../../../src/database/embedded/storage/environment.js';
import { startStoreProcess, type StoreProcess } from './store-process.js';

interface Row extends Document {
  _id: number;
}

const ROWS = 12_000;

describe('index builds that something comes between', () => {
  let dataDir: string;
  let store: StoreProcess;
  let client: MongoClient;
  let rows: Collection<Row>;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'builds-'));
    await open();
    for (let from = 0; from < ROWS; from += 4_000) {
      await rows.insertMany(
        Array.from({ length: 4_000 }, (_, at) => ({ _id: from + at, n: (from + at) % 100 })),
      );
    }
  });
  afterEach(async () => {
    await client.close();
    await store.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  async function open(): Promise<void> {
    store = await startStoreProcess(dataDir);
    client = await MongoClient.connect(store.uri, { serverSelectionTimeoutMS: 5_000 });
    rows = client.db('app').collection<Row>('rows');
  }

  /** Begins a build and waits until it is under way; `outcome` is the code of its error. */
  async function beginBuild(): Promise<{ outcome: Promise<number | string | undefined> }> {
    const outcome = rows.createIndex({ n: 1 }).then(
      () => undefined,
      (error: MongoServerError) => error.code ?? error.name,
    );
    while ((await rows.indexes()).length < 2) await client.db('app').command({ ping: 1 });
    // A write that is answered later than the build's first step is on disk later as well.
    await client.db('app').collection('marks').insertOne({});
    return { outcome };
  }

  async function stage(): Promise<unknown> {
    const plan = (await rows.find({ n: 5 }).explain('queryPlanner')) as Document;
    return plan['queryPlanner'].winningPlan.inputStage?.stage ?? plan['queryPlanner'].winningPlan.stage;
  }

  it('go on after a kill', async () => {
    const { outcome } = await beginBuild();
    await store.end('SIGKILL');
    expect(await outcome).toBe('MongoNetworkError');
    await client.close();
    await open();
    expect((await rows.indexes()).map(({ name }) => name)).toEqual(['_id_', 'n_1']);
    // Asking again waits for the build that goes on.
    await rows.createIndex({ n: 1 });
    expect(await stage()).toBe('IXSCAN');
    expect(await rows.countDocuments({ n: 5 }, { hint: { n: 1 } })).toBe(ROWS / 100);
  });

  it('end when the index or the collection is dropped, and leave nothing behind', async () => {
    const byIndex = await beginBuild();
    await rows.dropIndex('n_1');
    expect(await byIndex.outcome).toBe(276);
    const byCollection = await beginBuild();
    await rows.drop();
    expect(await byCollection.outcome).toBe(276);
    await rows.insertOne({ _id: 1, n: 1 });
    await client.close();
    await store.end('SIGTERM');
    const environment = new Environment(join(dataDir, 'store'));
    const catalog = await Catalog.open(environment);
    expect(catalog.all().map(({ name, indexes }) => [name, indexes.length])).toEqual([
      ['marks', 1],
      ['rows', 1],
    ]);
    expect(catalog.all().flatMap((collection) => checkCollection(environment, collection))).toEqual([]);
    await environment.close();
    await open();
    expect(await purged()).toEqual({ names: ['marks', 'rows'], documents: 3 });
  });

  it('are waited for by those who ask for the same index', async () => {
    await beginBuild();
    await rows.createIndex({ n: 1 });
    expect(await stage()).toBe('IXSCAN');
  });

  it('purge what several drops leave while one purge runs', async () => {
    const others = Array.from({ length: 3 }, (_, at) => client.db('app').collection(`other${at}`));
    for (const other of others) await other.insertMany(Array.from({ length: 2_500 }, (_, n) => ({ n })));
    await Promise.all([rows.drop(), ...others.map((other) => other.drop())]);
    expect(await purged()).toEqual({ names: [], documents: 0 });
  });

  /** Waits until nothing is left to purge; tells what stands on disk then. */
  async function purged(): Promise<{ names: string[]; documents: number }> {
    for (;;) {
      await client.close();
      await store.end('SIGTERM');
      const environment = new Environment(join(dataDir, 'store'));
      const catalog = await Catalog.open(environment);
      const left = catalog.purgeTasks();
      const documents = environment.documents.getKeysCount();
      await environment.close();
      await open();
      if (left.length > 0) continue;
      const names = await client.db('app').listCollections({}, { nameOnly: true }).toArray();
      return { names: names.map(({ name }) => name as string), documents };
    }
  }
});
