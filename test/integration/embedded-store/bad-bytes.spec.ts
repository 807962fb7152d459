import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serialize, type Document } from 'bson';
import { MongoClient } from 'mongodb';
import { openEmbeddedStore, type EmbeddedStore } from '../../../src/database/embedded/embedded-store.js';

/** `npm run test:fuzz` sends 100,000. */
const MESSAGES = Number(process.env['FUZZ_MESSAGES'] ?? 10_000);
/** Sent on one connection before a new one is opened, unless the server ends it before. */
const PER_CONNECTION = 50;

const SEEDS: Document[] = [
  { ping: 1, $db: 'fuzz' },
  { hello: 1, $db: 'admin' },
  { insert: 'rows', documents: [{ _id: 1, a: 'text', b: [1, 2] }], $db: 'fuzz' },
  { find: 'rows', filter: { a: { $gt: 1 }, b: { $elemMatch: { $gte: 1 } } }, sort: { a: 1 }, $db: 'fuzz' },
  { update: 'rows', updates: [{ q: { _id: 1 }, u: { $set: { 'a.b': 1 }, $push: { b: 1 } } }], $db: 'fuzz' },
  { delete: 'rows', deletes: [{ q: { a: 1 }, limit: 0 }], $db: 'fuzz' },
  { aggregate: 'rows', pipeline: [{ $match: {} }, { $group: { _id: '$a' } }], cursor: {}, $db: 'fuzz' },
  { createIndexes: 'rows', indexes: [{ key: { a: 1 }, name: 'a_1' }], $db: 'fuzz' },
  { getMore: 5, collection: 'rows', $db: 'fuzz' },
];

/** A small generator with a seed, so that a failure can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function frame(body: Uint8Array, random: (below: number) => number): Buffer {
  const message = Buffer.alloc(21 + body.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(random(1_000), 4);
  message.writeInt32LE(2013, 12);
  message.set(body, 21);
  return message;
}

/** A valid message, spoiled in one of several ways. */
function spoil(random: (below: number) => number): Buffer {
  const message = frame(serialize(SEEDS[random(SEEDS.length)]!), random);
  switch (random(6)) {
    case 0:
      return Buffer.from(Array.from({ length: 1 + random(200) }, () => random(256)));
    case 1:
      return message.subarray(0, random(message.length));
    case 2:
      message.writeInt32LE(random(2) === 0 ? 2 ** 31 - 1 : random(64) - 32, 0);
      return message;
    case 3:
      message.writeUInt32LE(random(2 ** 17), 16);
      return message;
    default:
      for (let flips = 1 + random(4); flips > 0; flips -= 1) {
        message[16 + random(message.length - 16)] = random(256);
      }
      return message;
  }
}

describe('bytes that are no request', () => {
  let dataDir: string;
  let store: EmbeddedStore;
  let client: MongoClient;
  const unexpected: string[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fuzz-'));
    store = await openEmbeddedStore({ dataDir, onUnexpectedError: (error) => unexpected.push(error) });
    client = await MongoClient.connect(store.uri);
  });
  afterAll(async () => {
    await client.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it(`end their own connection at most (${MESSAGES} messages)`, async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
    const random = randomFrom(seed);
    const kept = client.db('kept').collection('rows');
    await kept.insertOne({ kept: true });
    const counts = new Set<number>();
    for (let sent = 0; sent < MESSAGES; sent += PER_CONNECTION) {
      await abuse(join(dataDir, 'store.sock'), random);
      if (sent % (PER_CONNECTION * 10) === 0) counts.add(await kept.countDocuments());
    }
    expect(await kept.findOne({}, { projection: { _id: 0 } })).toEqual({ kept: true });
    expect({ seed, unexpected }).toEqual({ seed, unexpected: [] });
  }, 600_000);
});

/** Sends bad messages on one connection until the server has had enough of it or all are sent. */
async function abuse(path: string, random: (below: number) => number): Promise<void> {
  const socket: Socket = connect(path);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.on('error', () => undefined);
  socket.resume();
  for (let sent = 0; sent < PER_CONNECTION && !socket.destroyed; sent += 1) {
    await new Promise<void>((resolve) => {
      socket.write(spoil(random), () => resolve());
    });
  }
  socket.end();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 50))]);
  socket.destroy();
}
