import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db, type MongoServerError } from 'mongodb';
import { openEmbeddedStore, type EmbeddedStore } from '../../src/database/embedded/embedded-store.js';

/** The server under test: the embedded store, or whatever `MONGODB_URI` names. */
export interface ServerUnderTest {
  readonly uri: string;
  /** Behaviour that is the embedded store's own is tested only against it. */
  readonly isEmbedded: boolean;
  close(): Promise<void>;
}

const uri = process.env['MONGODB_URI'] ?? '';

/** Known before it is started, so that whole suites can be left out for another server. */
export const isEmbedded = uri === '';

export async function startServer(): Promise<ServerUnderTest> {
  if (!isEmbedded) return { uri, isEmbedded, close: () => Promise.resolve() };
  const dataDir = await mkdtemp(join(tmpdir(), 'conformance-'));
  const store: EmbeddedStore = await openEmbeddedStore({ dataDir });
  return {
    uri: store.uri,
    isEmbedded,
    close: async () => {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A client and a database of its own for one test file; call from `beforeAll`. */
export async function connect(server: ServerUnderTest): Promise<{ client: MongoClient; db: Db }> {
  const client = await MongoClient.connect(server.uri);
  const db = client.db(`conformance_${process.pid}_${Math.random().toString(36).slice(2, 8)}`);
  return { client, db };
}

/** The code a command is refused with. */
export async function codeOf(work: Promise<unknown>): Promise<number | string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return (error as MongoServerError).code;
  }
}
