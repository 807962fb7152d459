import 'reflect-metadata';
import { MongoClient, ObjectId } from 'mongodb';
import { messageWebhook } from '../../dist/instagram/webhook-samples.js';
import { newJob, STORE } from './waiting-jobs.mjs';
import { dataDirOf } from './processes.mjs';
import { accountId } from './workload.mjs';

/*
 * What a server holds that has been at work for a day, written straight into a store that no server is using: jobs, mostly
 * completed, some dead, some deferred; a delivery and a message of the outbox for each; contacts. Its accounts are others
 * than those of the load, so that the load can be seen to end.
 */

const DATABASE = 'chatautodm';
export const PAST_ACCOUNTS = 100;
export const FIRST_PAST_ACCOUNT = 2_000_000;
const BATCH = 2000;
const HOUR_MS = 3_600_000;
const PAST_MS = 24 * HOUR_MS;
/** Everybody wrote so often. */
const JOBS_OF_PERSON = 10;
/** One of so many. */
const DEAD_EACH = 100;
const DEFERRED_EACH = 50;
const REJECTED_EACH = 1000;
const TAGGED_EACH = 1000;

const ERRORS = [
  ['graph_transient', 'Instagram answered 500: try again later'],
  ['graph_permission', 'The account lacks a permission'],
  ['outside_window', 'The person was silent for more than 24 hours'],
];

export const PAST_ACCOUNT = accountId(FIRST_PAST_ACCOUNT);
export const PAST_CONVERSATION = `${PAST_ACCOUNT}:${personOf(0)}`;
export const RARE_ERROR = 'one of its kind';
export const RARE_TAG = 'vip';
const AUTOMATION = '65f000000000000000000001';

function personOf(n) {
  return String(5_000_000_000_000_000n + BigInt(n));
}

/** Fills the store of these processes, whose indexes a server has made already and no server serves now. */
export async function fillPast(processes, total, onProgress) {
  await withStore(processes, async (database) => {
    const now = Date.now();
    for (let from = 0; from < total; from += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, total - from) }, (_, at) =>
        rowOf(from + at, total, now),
      );
      const insert = (name, documents) =>
        documents.length > 0 && database.collection(name).insertMany(documents, { ordered: false });
      await Promise.all([
        insert(
          'jobs',
          rows.map(({ job }) => job),
        ),
        insert(
          'webhook_logs',
          rows.map(({ delivery }) => delivery),
        ),
        insert(
          'messages',
          rows.flatMap(({ message }) => message ?? []),
        ),
        insert(
          'contacts',
          rows.flatMap(({ contact }) => contact ?? []),
        ),
      ]);
      onProgress(from + rows.length);
    }
  });
}

/** How many jobs there are by state, counted one by one in the store, which no server serves now. */
export async function countJobs(processes) {
  let counts;
  await withStore(processes, async (database) => {
    const count = (filter) => database.collection('jobs').countDocuments(filter);
    counts = {
      pending: await count({ status: 'pending', attempts: 0 }),
      retrying: await count({ status: 'pending', attempts: { $gt: 0 } }),
      processing: await count({ status: 'processing' }),
      completed: await count({ status: 'completed' }),
      dead: await count({ status: 'dead' }),
    };
  });
  return counts;
}

async function withStore(processes, work) {
  const store = processes.start(STORE, { args: ['--data', dataDirOf(processes)] });
  const [uri] = await store.outputMatching(/mongodb:\S+/);
  const client = await MongoClient.connect(uri);
  try {
    await work(client.db(DATABASE));
  } finally {
    await client.close();
    await processes.end(store);
  }
}

/** The job of event `n`, and what was stored with it. */
function rowOf(n, total, now) {
  const person = Math.floor(n / JOBS_OF_PERSON);
  const account = accountId(FIRST_PAST_ACCOUNT + (person % PAST_ACCOUNTS));
  const at = new Date(now - PAST_MS + Math.floor((n / total) * PAST_MS));
  const who = { account, person: personOf(person), at };
  const job = jobOf(n, who, now);
  return {
    job,
    delivery: deliveryOf(n, who, job, now),
    message: job.status === 'pending' ? undefined : messageOf(n, who, job),
    contact: n % JOBS_OF_PERSON === 0 ? contactOf(person, who) : undefined,
  };
}

/** Ids begin with the second of their making; the rest keeps them apart. */
const idAt = (at, n) =>
  new ObjectId(
    Math.floor(at.getTime() / 1000)
      .toString(16)
      .padStart(8, '0') + n.toString(16).padStart(16, '0'),
  );

function jobOf(n, { account, person, at }, now) {
  const { payload, ...job } = {
    ...newJob(n, Number(BigInt(account) - BigInt(accountId(0))), person, at),
    _id: idAt(at, n),
  };
  if (n % DEFERRED_EACH === 1) {
    const runAt = new Date(now + HOUR_MS + n);
    return { ...job, payload, runAt, order: runAt, awaitsLimit: true, groupLock: job.groupKey + n };
  }
  const ended = { ...job, attempts: 1, finishedAt: at };
  if (n % DEAD_EACH !== 0) {
    const outcome = { result: 'answered', automation: AUTOMATION };
    return { ...ended, status: 'completed', outcome, expiresAt: new Date(at.getTime() + 48 * HOUR_MS) };
  }
  const [code, message] = n === 0 ? ['unexpected', RARE_ERROR] : ERRORS[(n / DEAD_EACH) % ERRORS.length];
  const errors = [{ at, attempt: 1, worker: 'bench:1', code, message }];
  const outcome = { result: 'failed', reason: code };
  return {
    ...ended,
    payload,
    status: 'dead',
    errors,
    outcome,
    expiresAt: new Date(at.getTime() + 720 * HOUR_MS),
  };
}

function deliveryOf(n, { account, person, at }, { kind, dedupKey }, now) {
  const envelope = messageWebhook({
    account,
    person,
    timestamp: at.getTime(),
    mid: `past-${n}`,
    text: `What is the price? #${n}`,
  });
  const rejected =
    n % REJECTED_EACH === 0
      ? [{ at: 'entry.0.messaging.1', reason: n === 0 ? RARE_ERROR : 'sender must be an object' }]
      : [];
  return {
    _id: idAt(at, n),
    receivedAt: at,
    body: Buffer.from(JSON.stringify(envelope)),
    signedBy: 0,
    events: [{ kind, account, person, identity: dedupKey }],
    rejected,
    people: [`${account}:${person}`],
    expiresAt: new Date(now + 168 * HOUR_MS),
  };
}

function messageOf(n, { account, person, at }, job) {
  const failed = job.status === 'dead';
  return {
    _id: `${job._id.toHexString()}:0`,
    job: job._id.toHexString(),
    account,
    person,
    action: 0,
    type: 'send_message',
    automation: AUTOMATION,
    event: job.dedupKey,
    text: `It is 49 EUR. You asked: What is the price? #${n}`,
    status: failed ? 'failed' : 'sent',
    run: 'bench',
    possibleDuplicate: false,
    ...(failed ? { error: job.errors[0].code } : { instagramMessageId: `m_past_${n}` }),
    createdAt: at,
    updatedAt: at,
  };
}

const contactOf = (n, { account, person, at }) => ({
  _id: `${account}:${person}`,
  account,
  person,
  username: `customer_${n}`,
  ...(n % TAGGED_EACH === TAGGED_EACH - 1 && { tags: [RARE_TAG] }),
  firstSeenAt: at,
  activeAt: at,
  firstJob: 'import',
});
