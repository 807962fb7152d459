import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { JobStatsRepository } from '../../dist/queue/job-stats.repository.js';
import { WriteCommands } from '../../dist/database/write-commands.js';
import { claimBatch, claimsOn, completions, createJobs, nextJobs } from './jobs.mjs';
import { StoreProcess } from './store-process.mjs';

const FEW = 10_000;
const BATCH = 100;
const FILL_BATCH = 1000;
const RUNS = 100;
const WARM_UP = 30;
/** Of the jobs, the others are completed. */
const PENDING_SHARE = 0.1;

/**
 * What a claim, its completion and the queue's figures cost with few documents in `jobs` and with many; the figures are
 * those that are read on request, and the cost is processor time of the store as well as time waited.
 */
export async function measureScale(dataDir, many, say) {
  let store = await StoreProcess.start(dataDir);
  const rows = [];
  for (const documents of [FEW, many]) {
    const client = await MongoClient.connect(store.uri);
    const db = client.db('app');
    const jobs = await createJobs(db);
    say(`filling up to ${documents.toLocaleString('en')} documents`);
    await fill(db, jobs, documents);
    // The store writes back and collects what the filling left over; both sizes start from rest.
    await client.close();
    await store.stop();
    store = await StoreProcess.start(dataDir);
    rows.push({ documents, startMs: store.startMs, ...(await measureOn(store)), fileMb: fileMb(dataDir) });
  }
  await store.stop();
  return rows;
}

const fileMb = (dataDir) => statSync(join(dataDir, 'store', 'data.mdb')).size / 2 ** 20;

async function fill(db, jobs, upTo) {
  const commands = new WriteCommands({ db }, jobs.collectionName);
  for (let count = await jobs.estimatedDocumentCount(); count < upTo; count += FILL_BATCH) {
    const batch = nextJobs(Math.min(FILL_BATCH, upTo - count));
    for (const job of batch.slice(Math.ceil(batch.length * PENDING_SHARE))) complete(job);
    await commands.insert(batch);
  }
}

function complete(job) {
  const [{ transition }] = completions([{ ...job, claimToken: '' }]);
  Object.assign(job, transition.update.$set);
  for (const field of Object.keys(transition.update.$unset)) delete job[field];
}

async function measureOn(store) {
  const client = await MongoClient.connect(store.uri);
  const db = client.db('app');
  const jobs = db.collection('jobs');
  const claims = claimsOn(db, jobs);
  const stats = new JobStatsRepository({ collection: jobs });
  const claimed = async () => {
    const batch = await claimBatch(claims, BATCH);
    if (batch.length < BATCH) throw new Error('too few jobs to claim');
    // Back to where they were, so that each run finds the same.
    await claims.giveBack(batch, batch[0].claimToken);
  };
  const figures = {
    claim: await cost(store, claimed),
    stats: await cost(store, () => stats.oldestDue(new Date())),
  };
  const counted = performance.now();
  await stats.counts();
  const countsMs = performance.now() - counted;
  await client.close();
  return { ...figures, countsMs, memoryMb: store.ownMemoryMb };
}

/** The median time waited and the mean processor time of the store, each for one run. */
async function cost(store, work) {
  for (let run = 0; run < WARM_UP; run += 1) await work();
  const times = [];
  const cpuBefore = store.cpuSeconds;
  for (let run = 0; run < RUNS; run += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return {
    ms: times.toSorted((a, b) => a - b)[RUNS / 2],
    cpuMs: ((store.cpuSeconds - cpuBefore) * 1000) / RUNS,
  };
}
