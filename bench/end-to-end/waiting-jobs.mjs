import 'reflect-metadata';
import { MongoClient } from 'mongodb';
import { toDocument } from '../../dist/queue/job-intake.repository.js';
import { parseEnvelope } from '../../dist/webhooks/envelope.parser.js';
import { messageWebhook } from '../../dist/instagram/webhook-samples.js';
import { dataDirOf } from './processes.mjs';
import { accountId } from './workload.mjs';

/*
 * A backlog, written straight into a store that no server is using. Its accounts are others than those of the load, so
 * that the load can be seen to end. Two sorts of job wait: those of one conversation that is stuck, since another process
 * holds its first one under a live lease; and deferred ones, each of a conversation of its own, due from an hour on.
 */

export const STORE = '../../dist/database/embedded/main.js';
const DATABASE = 'chatautodm';
const ACCOUNTS = 100;
const FIRST_ACCOUNT = 1_000_000;
const BATCH = 1000;
const HOUR_MS = 3_600_000;

/** Fills the store of these processes, whose indexes a server has made already and no server serves now. */
export async function fillStore(processes, { waiting, stuck }) {
  const store = processes.start(STORE, { args: ['--data', dataDirOf(processes)] });
  const [uri] = await store.outputMatching(/mongodb:\S+/);
  const client = await MongoClient.connect(uri);
  const jobs = client.db(DATABASE).collection('jobs');
  const now = new Date();
  for (let from = 0; from < waiting; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, waiting - from) }, (_, at) =>
      from + at < stuck ? stuckJob(from + at, now) : deferredJob(from + at, waiting, now),
    );
    await jobs.insertMany(batch, { ordered: false });
  }
  await client.close();
  await processes.end(store);
}

/** As `JobIntake` leaves a conversation of which one job runs and the others wait. */
function stuckJob(n, now) {
  const job = newJob(n, FIRST_ACCOUNT, '1', now);
  if (n > 0) return { ...job, blocked: true };
  const claim = {
    claimToken: 'bench-other-process',
    worker: 'other-host:1',
    claimedAt: now,
    leaseUntil: new Date(now.getTime() + 24 * HOUR_MS),
  };
  return { ...job, ...claim, status: 'processing', attempts: 1, groupLock: job.groupKey };
}

function deferredJob(n, waiting, now) {
  const runAt = new Date(now.getTime() + HOUR_MS + Math.floor((n / waiting) * HOUR_MS));
  return newJob(n, FIRST_ACCOUNT + 1 + (n % ACCOUNTS), String(10 + n), now, runAt);
}

/** A job of one message, as it is when it is stored. */
export function newJob(n, account, person, now, runAt) {
  const id = accountId(account);
  const envelope = messageWebhook({
    account: id,
    person,
    timestamp: now.getTime(),
    mid: `backlog-${n}`,
    text: `What is the price? #${n}`,
  });
  const [{ event, identity }] = parseEnvelope(envelope, now.getTime()).events;
  return toDocument(
    {
      kind: event.kind,
      payload: event,
      dedupKey: identity.key,
      limitKey: id,
      groupKey: `${id}:${person}`,
      ...(runAt && { runAt }),
    },
    now,
  );
}
