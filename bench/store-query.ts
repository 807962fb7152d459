/* Times the query language on its hot shapes: `npx tsc --noEmit false --outDir <dir> --rootDir .`, then node on what it wrote. */
import { ObjectId, serialize } from 'bson';
import { KeyWriter } from '../src/database/embedded/bson/key-writer.js';
import { encodeKey } from '../src/database/embedded/bson/key-encoding.js';
import { toBson } from '../src/database/embedded/bson/bson-convert.js';
import { getField, payload } from '../src/database/embedded/bson/bson-reader.js';
import { validateDocument } from '../src/database/embedded/bson/validate-document.js';
import { compileFilter } from '../src/database/embedded/query/filter.js';
import { compileProjection } from '../src/database/embedded/query/projection.js';
import { compileUpdate } from '../src/database/embedded/query/update.js';

const now = new Date();
const id = new ObjectId();

/** About 1 KB, like a job. */
const job = serialize({
  _id: id,
  type: 'event',
  status: 'pending',
  accountId: '17841400000000000',
  runAt: new Date(now.getTime() - 5),
  attempts: 0,
  claimToken: null,
  history: [{ at: now, what: 'created' }],
  payload: {
    sender: { id: '1234567890' },
    message: { mid: 'm_'.padEnd(120, 'x'), text: 'hello'.repeat(80) },
  },
  createdAt: now,
  updatedAt: now,
});

function time(name: string, operation: () => unknown, runs = 300_000): void {
  for (let run = 0; run < runs / 10; run += 1) operation();
  const start = process.hrtime.bigint();
  for (let run = 0; run < runs; run += 1) operation();
  const ns = Number(process.hrtime.bigint() - start) / runs;
  process.stdout.write(`${name.padEnd(44)} ${ns.toFixed(0).padStart(7)} ns\n`);
}

const byToken = compileFilter(serialize({ _id: id, claimToken: null }));
const due = compileFilter(serialize({ status: 'pending', runAt: { $lte: now } }));
const notDue = compileFilter(serialize({ status: 'done', runAt: { $lte: now } }));
const claim = compileUpdate(
  serialize({ $set: { status: 'running', claimToken: 'abc', leaseUntil: now }, $inc: { attempts: 1 } }),
);
const complete = compileUpdate(
  serialize({
    $set: { status: 'done', finishedAt: now },
    $unset: { claimToken: '' },
    $push: { history: { at: now, what: 'done' } },
  }),
);
const pipeline = compileUpdate(payload(toBson([{ $set: { attempts: { $add: ['$attempts', 1] } } }])), {
  isPipeline: true,
});
const projection = compileProjection(serialize({ status: 1, runAt: 1 }));
const writer = new KeyWriter();
const runAt = getField(job, 'runAt');
const status = getField(job, 'status');

process.stdout.write(`document of ${job.length} bytes\n`);
time('validateDocument', () => validateDocument(job));
time('matches {_id, claimToken}', () => byToken.matches(job));
time('matches {status, runAt: {$lte}}', () => due.matches(job));
time('matches {status} that does not', () => notDue.matches(job));
time('update $set of 3, $inc', () => claim.apply(job, { now, upsert: false }));
time('update $set, $unset, $push', () => complete.apply(job, { now, upsert: false }));
time('update by pipeline', () => pipeline.apply(job, { now, upsert: false }), 50_000);
time('project two fields', () => projection?.project(job));
time('key of (status, runAt)', () => encodeKey([status, runAt], [1, 1], writer.reset()));
time(
  'compile filter {_id, claimToken}',
  () => compileFilter(serialize({ _id: id, claimToken: 'x' })),
  50_000,
);
time('compile update $set of 3, $inc', () => compileUpdate(serialize({ $set: { a: 1, b: 2 } })), 50_000);
