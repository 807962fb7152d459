import { serialize } from 'bson';
import { MongoClient } from 'mongodb';
import { getsPerSecond, putsPerSecond } from './ceiling.mjs';
import { claimBatch, claimsOn, completions, createJobs, nextJob, nextJobs } from './jobs.mjs';

const CONNECTIONS = 50;
const INSERT_BATCH = 500;
const BATCH = 100;
const PUTS = 20_000;

/** Runs `work` so many times, as many at once as there are connections. */
async function spread(total, work) {
  let begun = 0;
  const caller = async () => {
    while (begun < total) {
      begun += 1;
      await work(begun);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
}

const insertEach = (collection) => (documents) =>
  spread(documents.length, (n) => collection.insertOne(documents[n - 1]));
const insertBatches = (collection) => async (documents) => {
  for (let at = 0; at < documents.length; at += INSERT_BATCH) {
    await collection.insertMany(documents.slice(at, at + INSERT_BATCH), { ordered: false });
  }
};

/**
 * What is timed, in an order in which each finds what it needs. `units`: what one run does, in what the rate counts.
 * `prepare`: makes what `run` is given, and is not timed. `ceiling`: what LMDB alone does a second.
 */
async function operationsOn(db) {
  const jobs = await createJobs(db);
  const plain = db.collection('plain');
  const claims = claimsOn(db, jobs);
  const held = [];
  const ids = [];
  const job = serialize(nextJob());
  const ping = () => db.command({ ping: 1 });
  const inserts = await putsPerSecond(job, CONNECTIONS, PUTS);
  const batches = await putsPerSecond(job, INSERT_BATCH, PUTS);
  const rewrites = await putsPerSecond(job, BATCH, PUTS);
  return [
    { name: 'ping, 50 connections', units: 10_000, run: () => spread(10_000, ping) },
    {
      name: 'ping, one after the other',
      units: 3000,
      run: async () => {
        for (let at = 0; at < 3000; at += 1) await ping();
      },
    },
    {
      name: 'single inserts, 50 connections, no index but `_id`',
      units: 8000,
      target: 10_000,
      ceiling: inserts,
      prepare: () => nextJobs(8000),
      run: insertEach(plain),
    },
    {
      name: 'single inserts, 50 connections, the 10 indexes of `jobs`',
      units: 8000,
      target: 10_000,
      ceiling: inserts,
      prepare: () => nextJobs(8000),
      run: insertEach(jobs),
    },
    {
      name: '`insertMany` of 500, no index but `_id`',
      units: 20_000,
      target: 30_000,
      ceiling: batches,
      prepare: () => nextJobs(20_000),
      run: insertBatches(plain),
    },
    {
      name: '`insertMany` of 500, the 10 indexes of `jobs`',
      units: 20_000,
      target: 30_000,
      ceiling: batches,
      prepare: () => nextJobs(20_000),
      run: insertBatches(jobs),
    },
    {
      name: 'claims in batches of 100 (find, update, read back)',
      units: 15_000,
      target: 15_000,
      ceiling: rewrites,
      run: async () => {
        for (let at = 0; at < 15_000; at += BATCH) held.push(...(await claimBatch(claims, BATCH)));
      },
    },
    {
      name: 'completions in batches of 100',
      units: 15_000,
      target: 20_000,
      ceiling: rewrites,
      run: async () => {
        for (let at = 0; at < 15_000; at += BATCH) {
          const batch = held.splice(0, BATCH);
          ids.push(...batch.map(({ _id }) => _id));
          const { matched } = await claims.settle(completions(batch));
          if (matched !== BATCH) throw new Error(`completed ${matched} of ${BATCH}`);
        }
      },
    },
    {
      name: '`findOne` by `_id`, 50 connections',
      units: 10_000,
      ceiling: await getsPerSecond(job, PUTS),
      run: () => spread(10_000, (n) => jobs.findOne({ _id: ids[n % ids.length] })),
    },
    {
      name: 'count by an index, one after the other, of 45,000 keys',
      units: 100,
      run: async () => {
        for (let at = 0; at < 100; at += 1) await jobs.countDocuments({ status: 'completed' });
      },
    },
  ];
}

async function measure({ name, units, target, ceiling, prepare, run }, rounds, cpuSecondsNow) {
  const runs = [];
  for (let round = 0; round < rounds; round += 1) {
    const prepared = prepare?.();
    const cpuBefore = cpuSecondsNow();
    const begun = performance.now();
    await run(prepared);
    const perSecond = (units * 1000) / (performance.now() - begun);
    runs.push({ perSecond, storeMicros: ((cpuSecondsNow() - cpuBefore) * 1e6) / units });
  }
  const median = (of) => runs.map(of).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)];
  return {
    name,
    perSecond: median((each) => each.perSecond),
    storeMicros: median((each) => each.storeMicros),
    target,
    ceiling,
  };
}

/**
 * Times every operation; each figure is the median of the rounds.
 * @param uri of the server, @param cpuSecondsNow what its process has used, NaN when that cannot be known
 */
export async function measureOperations(uri, rounds, cpuSecondsNow, onFigure) {
  const client = await MongoClient.connect(uri, { maxPoolSize: CONNECTIONS });
  const db = client.db(`bench_${Date.now()}`);
  try {
    const operations = await operationsOn(db);
    // Once unmeasured, or the first row would pay for the compilation of the driver and of the server.
    await spread(3000, () => db.command({ ping: 1 }));
    for (const operation of operations) onFigure(await measure(operation, rounds, cpuSecondsNow));
  } finally {
    await db.dropDatabase();
    await client.close();
  }
}
