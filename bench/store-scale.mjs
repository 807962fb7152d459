/* oxlint-disable no-console -- a report for a person */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MongoClient, ObjectId } from 'mongodb';

/*
 * How the store bears many documents: claims, stats, start-up and memory at 10,000 and at `--documents` (1,000,000)
 * documents in `jobs`. `node bench/store-scale.mjs [documents]`, after a build.
 */

const MAIN = new URL('../dist/database/embedded/main.js', import.meta.url).pathname;
const most = Number(process.argv[2] ?? 1_000_000);
const dataDir = mkdtempSync(join(tmpdir(), 'scale-'));

async function start() {
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, '--data', dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [uri] = await once(createInterface(child.stdout), 'line');
  const client = await MongoClient.connect(uri);
  await client.db('app').command({ ping: 1 });
  return { child, client, ms: performance.now() - begun };
}

/** Memory that is the process's own: the pages of the data file, which the kernel may drop, are not in it. */
function ownMemoryMb(pid) {
  const [, kilobytes] = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes) / 1024;
}

function makeJobs(from, count) {
  return Array.from({ length: count }, (_, at) => ({
    status: (from + at) % 10 === 0 ? 'pending' : 'completed',
    blocked: false,
    runAt: new Date(1.7e12 + from + at),
    dedupKey: `event-${from + at}`,
    attempts: 0,
    payload: { text: 'How much is the blue one?' },
  }));
}

async function fill(jobs, from, to) {
  for (let at = from; at < to; at += 1_000)
    await jobs.insertMany(makeJobs(at, Math.min(1_000, to - at)), { ordered: false });
}

async function median(runs, work) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(runs / 2)];
}

async function claim(jobs) {
  const due = await jobs
    .find({ status: 'pending', blocked: false, runAt: { $lte: new Date() } }, { projection: { _id: 1 } })
    .sort({ runAt: 1, _id: 1 })
    .limit(100)
    .toArray();
  const _id = { $in: due.map((job) => job._id) };
  const claimToken = new ObjectId();
  await jobs.updateMany({ _id, status: 'pending' }, { $set: { status: 'processing', claimToken } });
  await jobs.find({ _id, claimToken }).toArray();
  await jobs.updateMany({ _id, claimToken }, { $set: { status: 'pending' }, $unset: { claimToken: '' } });
}

async function stats(jobs) {
  await jobs.estimatedDocumentCount();
  await jobs.countDocuments({ status: 'processing' });
  await jobs.countDocuments({ status: 'dead' });
  await jobs.find({ status: 'pending', blocked: false }).sort({ runAt: 1 }).limit(1).toArray();
}

let { child, client } = await start();
let jobs = client.db('app').collection('jobs');
await jobs.createIndexes([
  { key: { status: 1, blocked: 1, runAt: 1, _id: 1 } },
  { key: { dedupKey: 1 }, unique: true },
]);
const report = {};
for (const size of [10_000, most]) {
  const begun = performance.now();
  await fill(jobs, await jobs.estimatedDocumentCount(), size);
  const filled = performance.now() - begun;
  await median(20, () => claim(jobs));
  report[size] = {
    'fill ms': Math.round(filled),
    'claim of 100 ms': (await median(60, () => claim(jobs))).toFixed(2),
    'stats ms': (await median(60, () => stats(jobs))).toFixed(2),
    'own memory MB': ownMemoryMb(child.pid).toFixed(0),
    'file MB': (statSync(join(dataDir, 'store', 'data.mdb')).size / 2 ** 20).toFixed(0),
  };
}
const built = performance.now();
await jobs.createIndex({ 'payload.text': 1, runAt: 1 });
const buildMs = performance.now() - built;
await client.close();
child.kill('SIGTERM');
await once(child, 'exit');
const again = await start();
({ child, client } = again);
console.table(report);
console.log(
  `start-up with ${most} documents: ${again.ms.toFixed(0)} ms; one more index built in ${buildMs.toFixed(0)} ms`,
);
await client.close();
child.kill('SIGTERM');
await once(child, 'exit');
rmSync(dataDir, { recursive: true });
