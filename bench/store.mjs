/* oxlint-disable no-console -- a report for a person */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { MongoClient, ObjectId } from 'mongodb';
import { serialize } from 'bson';
/*
 * The figures of docs/store-performance.md: `npm run bench:store`. The server runs in a worker thread of this process
 * (as in production) or, with `MONGODB_URI`, wherever that is. Each figure is the best of three runs.
 */

const { openEmbeddedStore } = await import(
  new URL('../dist/database/embedded/embedded-store.js', import.meta.url).href
);
const CONNECTIONS = 50;
const RUNS = 3;
let sequence = 0;

function makeJob() {
  sequence += 1;
  return {
    status: 'pending',
    blocked: false,
    runAt: new Date(Date.now() - 1_000_000 + sequence),
    dedupKey: `event-${sequence}`,
    groupKey: `17841400000000000:${sequence % 997}`,
    payload: {
      text: 'How much is the blue one, and do you ship abroad?',
      sender: `${sequence}`,
      timestamp: sequence,
    },
    attempts: 0,
  };
}

async function best(what, units, run, ceiling) {
  let perSecond = 0;
  for (let at = 0; at < RUNS; at += 1) {
    const start = performance.now();
    await run();
    perSecond = Math.max(perSecond, (units * 1_000) / (performance.now() - start));
  }
  const figure = {
    what,
    perSecond,
    ...(ceiling !== undefined && {
      ceiling,
    }),
  };
  console.log(`${what.padEnd(42)} ${show(perSecond)} /s ${ceiling ? `  ceiling ${show(ceiling)} /s` : ''}`);
  return figure;
}

function show(value) {
  return Math.round(value).toLocaleString('en').padStart(10);
}

/** Runs `work` `total` times, `CONNECTIONS` at a time. */
async function spread(total, work) {
  let next = 0;
  const worker = async () => {
    while (next < total) {
      next += 1;
      await work(next);
    }
  };
  await Promise.all(
    Array.from(
      {
        length: CONNECTIONS,
      },
      worker,
    ),
  );
}

/** LMDB alone: puts of the same bytes in transactions of the same size, each on disk before the next. */
async function putCeiling(perTransaction, total) {
  const path = mkdtempSync(join(tmpdir(), 'ceiling-'));
  const root = open({
    path,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
  });
  const bytes = Buffer.from(serialize(makeJob()));
  const start = performance.now();
  for (let written = 0; written < total; written += perTransaction) {
    await root.transaction(() => {
      for (let at = 0; at < perTransaction; at += 1) {
        const key = Buffer.alloc(10);
        key.writeUInt32BE(written + at, 4);
        root.putSync(key, bytes);
      }
    });
  }
  const perSecond = (total * 1_000) / (performance.now() - start);
  await root.close();
  rmSync(path, {
    recursive: true,
  });
  return perSecond;
}

async function prepare(db) {
  const jobs = db.collection('jobs');
  await jobs.createIndexes([
    {
      key: {
        status: 1,
        blocked: 1,
        runAt: 1,
        _id: 1,
      },
    },
    {
      key: {
        dedupKey: 1,
      },
      unique: true,
      partialFilterExpression: {
        dedupKey: {
          $exists: true,
        },
      },
    },
    {
      key: {
        groupKey: 1,
        _id: 1,
      },
    },
    {
      key: {
        claimToken: 1,
      },
      sparse: true,
    },
  ]);
  return jobs;
}

async function claim(jobs, size) {
  const due = await jobs
    .find(
      {
        status: 'pending',
        blocked: false,
        runAt: {
          $lte: new Date(),
        },
      },
      {
        projection: {
          _id: 1,
        },
      },
    )
    .sort({
      runAt: 1,
      _id: 1,
    })
    .limit(size)
    .toArray();
  const claimToken = new ObjectId().toHexString();
  const _id = {
    $in: due.map((job) => job._id),
  };
  await jobs.updateMany(
    {
      _id,
      status: 'pending',
    },
    {
      $set: {
        status: 'processing',
        claimToken,
      },
      $inc: {
        attempts: 1,
      },
    },
  );
  return jobs
    .find({
      _id,
      claimToken,
    })
    .toArray();
}

async function main() {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const external = process.env['MONGODB_URI'];
  const store = external
    ? undefined
    : await openEmbeddedStore({
        dataDir,
      });
  const client = await MongoClient.connect(external ?? store.uri, {
    maxPoolSize: CONNECTIONS,
  });
  const db = client.db(`bench_${Date.now()}`);
  console.log(
    `${cpus().length} × ${cpus()[0]?.model ?? '?'}, Node ${process.version}, ${new Date().toISOString()}`,
  );
  const jobs = await prepare(db);
  const plain = db.collection('plain');
  await spread(2_000, () =>
    db.command({
      ping: 1,
    }),
  );
  await best('ping, 50 connections', 20_000, () =>
    spread(20_000, () =>
      db.command({
        ping: 1,
      }),
    ),
  );
  await best(
    'single inserts, 50 connections, no index',
    10_000,
    () => spread(10_000, () => plain.insertOne(makeJob())),
    await putCeiling(CONNECTIONS, 20_000),
  );
  await best('single inserts, 50 connections, 4 indexes', 10_000, () =>
    spread(10_000, () => jobs.insertOne(makeJob())),
  );
  await best(
    'insertMany of 500, no index',
    20_000,
    async () => {
      for (let at = 0; at < 40; at += 1)
        await plain.insertMany(
          Array.from(
            {
              length: 500,
            },
            makeJob,
          ),
          {
            ordered: false,
          },
        );
    },
    await putCeiling(500, 50_000),
  );
  await best('insertMany of 500, 4 indexes', 20_000, async () => {
    for (let at = 0; at < 40; at += 1)
      await jobs.insertMany(
        Array.from(
          {
            length: 500,
          },
          makeJob,
        ),
        {
          ordered: false,
        },
      );
  });
  const claimed = [];
  await best('claims in batches of 100', 10_000, async () => {
    for (let at = 0; at < 100; at += 1) claimed.push(...(await claim(jobs, 100)));
  });
  let done = 0;
  await best('completions in batches of 100', 10_000, async () => {
    for (let at = 0; at < 100; at += 1) {
      const batch = claimed.slice(done, done + 100);
      done += 100;
      await jobs.bulkWrite(
        batch.map((job) => ({
          updateOne: {
            filter: {
              _id: job._id,
              claimToken: job.claimToken,
            },
            update: {
              $set: {
                status: 'completed',
              },
              $unset: {
                claimToken: '',
              },
            },
          },
        })),
        {
          ordered: false,
        },
      );
    }
  });
  const ids = claimed.slice(0, 5_000).map((job) => job._id);
  await best('findOne by _id, 50 connections', 20_000, () =>
    spread(20_000, (n) =>
      jobs.findOne({
        _id: ids[n % ids.length],
      }),
    ),
  );
  const total = await jobs.countDocuments({
    status: 'completed',
  });
  await best(`count by index (${total} matches), keys`, total * 5, async () => {
    for (let at = 0; at < 5; at += 1)
      await jobs.countDocuments({
        status: 'completed',
      });
  });
  await db.dropDatabase();
  await client.close();
  await store?.close();
  rmSync(dataDir, {
    recursive: true,
    force: true,
  });
}
await main();
