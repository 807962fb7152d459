import { backoffMs } from './backoff.js';
import { orderFrom } from './claim-order.js';
import type { JobDocument, JobError } from './job.schema.js';
import type { JobOutcome, JobResult } from './job.types.js';

export interface TransitionPolicy {
  maxAttempts: number;
  backoffMs: number;
  completedRetentionMs: number;
  deadRetentionMs: number;
}

export type TransitionKind =
  'completed' | 'retried' | 'snoozed' | 'deferred' | 'parked' | 'released' | 'dead';

/** The end of one run: what to write on the job, and what it means to the rest of the queue. */
export interface Transition {
  kind: TransitionKind;
  update: { $set: Partial<JobDocument>; $unset?: object; $inc?: object; $push?: object };
  /** True when the job leaves its group, so that the next one may run. */
  leavesGroup: boolean;
  /** How the job ended, and why the run failed: as in the update, for figures and the log. */
  outcome?: JobOutcome;
  code?: string;
}

type Run = Pick<JobDocument, 'attempts' | 'worker'>;

/** What a job loses with its claim. */
export const NO_CLAIM = { claimToken: 1, claimedAt: 1, leaseUntil: 1, worker: 1 } as const;
/** … and with a run that began. */
const NO_RUN = { ...NO_CLAIM, awaitsLimit: 1 } as const;
const NO_LOCK = { ...NO_RUN, groupLock: 1, lockedAt: 1 };
const MAX_MESSAGE_LENGTH = 1000;

/** What a handler's result does to its job: docs/job-states.md draws it. */
export function transitionFor(run: Run, result: JobResult, policy: TransitionPolicy, now: Date): Transition {
  switch (result.type) {
    case 'done':
      return complete(result.outcome, policy, now);
    case 'retry':
      return run.attempts >= policy.maxAttempts
        ? die(run, result, { result: 'failed', reason: result.code }, policy, now)
        : retryLater(run, result, policy, now);
    case 'snooze':
      return putBack('snoozed', { runAt: result.until, order: orderFrom(result.until) });
    case 'discard':
      return die(run, result, result.outcome ?? { result: 'failed', reason: result.code }, policy, now);
    default:
      return result satisfies never;
  }
}

/** Gives a run back that did not end, as at shutdown: it starts again elsewhere, in its old place, as if it had never begun. */
export const release = (now: Date): Transition => putBack('released', { runAt: now });

/** Gives a claimed job back that has not begun, in its old place: it is still to be charged to its limit. */
export const handBack = (now: Date): Transition => putBack('released', { runAt: now }, NO_CLAIM);

/**
 * Whether a run's end is on its job, also when that has gone on since. It goes by the time that the run has written there,
 * or, where it was parked, by the key.
 */
export function hasEndedBy(
  { update }: Transition,
  job: Pick<JobDocument, 'runAt' | 'finishedAt' | 'parked'> | undefined,
): boolean {
  const { finishedAt, runAt, parked } = update.$set;
  if (finishedAt) return job?.finishedAt?.getTime() === finishedAt.getTime();
  if (runAt) return job?.runAt.getTime() === runAt.getTime();
  return job !== undefined && job.parked === parked;
}

/** Puts off a run that did not begin, since its key has reached its limit. */
export const defer = (runAt: Date): Transition => putBack('deferred', { runAt, order: orderFrom(runAt) });

/** Sets a run aside that did not begin, until its key is released: in its old place, and before the rest of its group. */
export const park = (key: string): Transition => ({
  kind: 'parked',
  leavesGroup: false,
  update: {
    $set: { status: 'pending', blocked: true, parked: key },
    $inc: { attempts: -1 },
    $unset: NO_CLAIM,
  },
});

/** Gives back a run of a kind that this process can't handle, for a process that can. */
export const leaveToOthers = (runAt: Date): Transition =>
  putBack('released', { runAt, order: orderFrom(runAt) }, NO_CLAIM);

function complete(outcome: JobOutcome | undefined, policy: TransitionPolicy, now: Date): Transition {
  return {
    kind: 'completed',
    leavesGroup: true,
    ...(outcome && { outcome }),
    update: {
      $set: {
        status: 'completed',
        finishedAt: now,
        expiresAt: after(now, policy.completedRetentionMs),
        ...(outcome && { outcome }),
      },
      $unset: { ...NO_LOCK, payload: 1 },
    },
  };
}

function retryLater(
  run: Run,
  failure: { code: string; message: string; afterMs?: number },
  policy: TransitionPolicy,
  now: Date,
): Transition {
  const runAt = after(now, backoffMs(run.attempts, policy.backoffMs, failure.afterMs));
  return {
    kind: 'retried',
    leavesGroup: false,
    code: failure.code,
    update: {
      $set: { status: 'pending', runAt, order: orderFrom(runAt) },
      $push: { errors: errorOf(run, failure, now) },
      $unset: NO_RUN,
    },
  };
}

function putBack(
  kind: 'snoozed' | 'deferred' | 'released',
  place: { runAt: Date; order?: Date },
  $unset: object = NO_RUN,
): Transition {
  return {
    kind,
    leavesGroup: false,
    update: { $set: { status: 'pending', ...place }, $inc: { attempts: -1 }, $unset },
  };
}

function die(
  run: Run,
  failure: { code: string; message: string },
  outcome: JobOutcome,
  policy: TransitionPolicy,
  now: Date,
): Transition {
  return {
    kind: 'dead',
    leavesGroup: true,
    outcome,
    code: failure.code,
    update: {
      $set: { status: 'dead', finishedAt: now, expiresAt: after(now, policy.deadRetentionMs), outcome },
      $push: { errors: errorOf(run, failure, now) },
      $unset: NO_LOCK,
    },
  };
}

/** The end of a job that took its process down too often. */
export function poisonUpdate(run: Run, now: Date, expiresAt: Date): object {
  const failure = {
    code: 'worker_lost',
    message: 'The process was lost each time it ran this job; it may be what stops the process.',
  };
  return {
    $set: { status: 'dead', finishedAt: now, expiresAt, outcome: { result: 'failed', reason: failure.code } },
    $inc: { rescues: 1 },
    $push: { errors: errorOf(run, failure, now) },
    $unset: NO_LOCK,
  };
}

function errorOf(run: Run, { code, message }: { code: string; message: string }, at: Date): JobError {
  return {
    at,
    attempt: run.attempts,
    worker: run.worker ?? 'unknown',
    code,
    message: message.slice(0, MAX_MESSAGE_LENGTH),
  };
}

const after = (date: Date, ms: number) => new Date(date.getTime() + ms);
