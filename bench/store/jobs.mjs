import 'reflect-metadata';
import { transitionFor } from '../../dist/queue/job-transitions.js';
import { JobClaimRepository } from '../../dist/queue/job-claim.repository.js';
import { jobSchema } from '../../dist/queue/job.schema.js';
import { newJob } from '../end-to-end/waiting-jobs.mjs';

/* The app's own jobs: its documents, its indexes, its claims and its ends of runs. */

const LEASE_MS = 60_000;
const DAY_MS = 86_400_000;
const ACCOUNTS = 100;
const POLICY = {
  maxAttempts: 5,
  backoffMs: 1000,
  completedRetentionMs: 7 * DAY_MS,
  deadRetentionMs: 30 * DAY_MS,
};

let stored = 0;

/** A job of one message, each of a conversation of its own, as the server stores it when it can be run at once. */
export function nextJob() {
  stored += 1;
  const job = newJob(stored, stored % ACCOUNTS, String(stored), new Date());
  job.groupLock = job.groupKey;
  return job;
}

export const nextJobs = (count) => Array.from({ length: count }, nextJob);

/** As `createIndexes` takes them. */
export const jobIndexes = () =>
  jobSchema
    .indexes()
    .map(([key, { background: _background, name, ...options }]) =>
      Object.assign({ key, name: name ?? Object.keys(key).join('_') }, options),
    );

export async function createJobs(db) {
  await db.command({ createIndexes: 'jobs', indexes: jobIndexes() });
  return db.collection('jobs');
}

/** The server's repository on a collection of the bare driver. */
export const claimsOn = (db, jobs) => new JobClaimRepository({ collection: jobs, db: { db } });

export async function claimBatch(claims, limit) {
  return (await claims.claimBatch({ limit, now: new Date(), leaseMs: LEASE_MS, worker: 'bench:1' })).jobs;
}

/** The end of each run as the server writes it after a reply was sent. */
export function completions(jobs) {
  const now = new Date();
  return jobs.map((job) => ({
    claim: { id: job._id.toHexString(), claimToken: job.claimToken },
    transition: transitionFor(
      job,
      { type: 'done', outcome: { result: 'replied', rule: 'price' } },
      POLICY,
      now,
    ),
  }));
}
