import { deserialize, serialize } from 'bson';
import { newClient } from '../../dist/database/embedded/auth/client-state.js';
import { runCommand } from '../../dist/database/embedded/commands/command-registry.js';
import { CursorRegistry } from '../../dist/database/embedded/cursor/cursor-registry.js';
import { Catalog } from '../../dist/database/embedded/storage/catalog.js';
import { Environment } from '../../dist/database/embedded/storage/environment.js';
import { Purger } from '../../dist/database/embedded/storage/purger.js';
import { parseMessage } from '../../dist/database/embedded/wire/message.js';
import { completions, jobIndexes, nextJobs } from './jobs.mjs';

/*
 * What the store's commands cost by themselves: messages as the driver writes them, handed to the store in this process.
 * No socket and no driver is in the figures, nor in a profile of this (`node --cpu-prof bench/store.mjs --commands`).
 */

const HEADER_BYTES = 21;
const OP_MSG = 2013;
const BATCH = 100;
const BATCHES = 10;
const FAR_AHEAD_MS = 3_600_000;

function message(command) {
  const body = serialize({ ...command, $db: 'bench' });
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  bytes.writeInt32LE(bytes.length, 0);
  bytes.writeInt32LE(OP_MSG, 12);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** The store without a server. */
class Store {
  static async open(directory) {
    const store = new Store();
    store.environment = new Environment(directory);
    const catalog = await Catalog.open(store.environment);
    store.client = newClient(1, undefined);
    store.context = {
      environment: store.environment,
      catalog,
      purger: new Purger(store.environment, catalog),
      cursors: new CursorRegistry(),
      now: () => new Date(),
      onUnexpectedError: (error) => {
        throw error;
      },
    };
    return store;
  }

  send = (bytes) => runCommand(parseMessage(bytes), this.client, this.context);

  async run(command) {
    return check(await this.send(message(command)));
  }

  async close() {
    this.context.cursors.dispose();
    await this.environment.close();
  }
}

function check(reply) {
  const answer = deserialize(reply);
  if (answer.ok !== 1 || answer.writeErrors) throw new Error(JSON.stringify(answer));
  return answer;
}

/** One round over all operations; `time(name, units, work)` runs the work and answers what it answers. */
async function round(store, time) {
  const inserts = Array.from({ length: BATCHES }, () =>
    message({ insert: 'jobs', documents: nextJobs(BATCH), ordered: false }),
  );
  await time('insert, 100 in a command, 10 indexes', BATCH * BATCHES, async () => {
    for (const bytes of inserts) await store.send(bytes);
  });
  const singles = nextJobs(BATCH * 5).map((job) => message({ insert: 'plain', documents: [job] }));
  await time('insert, one in a command, 50 at once, no index', singles.length, async () => {
    for (let at = 0; at < singles.length; at += 50) {
      await Promise.all(singles.slice(at, at + 50).map((bytes) => store.send(bytes)));
    }
  });
  for (let at = 0; at < BATCHES; at += 1) await claimAndComplete(store, time, `token-${at}-${Date.now()}`);
}

async function claimAndComplete(store, time, claimToken) {
  const now = new Date();
  const due = { status: 'pending', blocked: false, order: { $lte: new Date(now.getTime() + FAR_AHEAD_MS) } };
  const sort = { order: 1, _id: 1 };
  const timed = async (name, command) => {
    const bytes = message(command);
    return check(await time(name, BATCH, () => store.send(bytes)));
  };
  const find = { find: 'jobs', filter: due, projection: { _id: 1 }, sort, limit: BATCH };
  const ids = (await timed('claim: find 100', find)).cursor.firstBatch.map(({ _id }) => _id);
  const lease = { claimToken, claimedAt: now, leaseUntil: now, worker: 'bench:1' };
  const u = { $set: { status: 'processing', ...lease }, $inc: { attempts: 1 } };
  const updates = [{ q: { _id: { $in: ids }, ...due }, u, multi: true }];
  const { nModified } = await timed('claim: update 100', { update: 'jobs', updates });
  if (nModified !== BATCH) throw new Error(`claimed ${nModified}`);
  const held = { find: 'jobs', filter: { _id: { $in: ids }, claimToken }, sort };
  const jobs = (await timed('claim: read back 100', held)).cursor.firstBatch;
  const statements = completions(jobs).map(({ transition }, at) => ({
    q: { _id: ids[at], claimToken, status: 'processing' },
    u: transition.update,
  }));
  const settled = await timed('complete: 100 statements', {
    update: 'jobs',
    updates: statements,
    ordered: false,
  });
  if (settled.nModified !== BATCH) throw new Error(`completed ${settled.nModified}`);
  const reads = ids.map((_id) => message({ find: 'jobs', filter: { _id }, limit: 1, singleBatch: true }));
  await time('find one by _id', BATCH, async () => {
    for (const bytes of reads) await store.send(bytes);
  });
}

/** Microseconds of processor time for each unit, all threads of this process together: the median of the rounds. */
export async function measureCommands(directory, rounds) {
  const store = await Store.open(directory);
  await store.run({ createIndexes: 'jobs', indexes: jobIndexes() });
  const samples = new Map();
  const time = async (name, units, work) => {
    const before = process.cpuUsage();
    const answer = await work();
    const { user, system } = process.cpuUsage(before);
    samples.set(name, [...(samples.get(name) ?? []), (user + system) / units]);
    return answer;
  };
  // The first round is not counted: its code is not compiled yet.
  for (let at = 0; at <= rounds; at += 1) {
    if (at === 1) samples.clear();
    await round(store, time);
  }
  await store.close();
  return [...samples].map(([name, all]) => ({
    name,
    micros: all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)],
  }));
}
