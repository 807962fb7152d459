import type { TrailingWork } from './trailing-work.js';

/** What a caller hands to {@link QueueService.enqueue}. The queue never looks into `payload`. */
export interface NewJob {
  /** Names the handler; must be one of the kinds that the queue was registered with. */
  kind: string;
  /** Plain data that BSON can hold; given back unchanged to the handler. */
  payload: unknown;
  /** A second job with the same key is a duplicate for as long as the first is kept. */
  dedupKey?: string;
  /** Makes `dedupKey` count only between jobs less than `ms` apart: for work that has no identity of its own. */
  dedupWindow?: { ms: number; at: Date };
  /** Jobs with the same key run one at a time, in order of arrival. */
  groupKey?: string;
  /** Whose share of the limits this job counts against. */
  limitKey?: string;
  /** Not to be started before this time. Default: at once. */
  runAt?: Date;
  /** A `traceparent`: its runs are recorded as part of that trace. */
  trace?: string;
}

/** One entry for each job handed in, in the same order. */
export interface EnqueuedJob {
  /** Of the job stored, or, for a duplicate, of nothing: it was not stored. */
  id: string | null;
  duplicate: boolean;
}

/** What a handler is given. */
export interface RunningJob<P = unknown> {
  id: string;
  kind: string;
  payload: P;
  dedupKey?: string;
  groupKey?: string;
  limitKey?: string;
  /** 1 for the first try. */
  attempt: number;
  /** No earlier run of it can have begun, in this process or another. */
  isFirstRun: boolean;
  maxAttempts: number;
  enqueuedAt: Date;
  /** Aborted when the lease is lost or the process must stop: stop sending, then throw or return. */
  signal: AbortSignal;
  /** Takes what may still be under way when the handler ends, but not when its job does. */
  trailing: TrailingWork;
  /** As the job was stored with it. */
  trace?: string;
  /** Where the handler notes what belongs into the job's line of the log; absent when nobody reads it. */
  notes?: RunNotes;
}

export interface RunNotes {
  /** Instagram's ids, or those of whoever is written to, of what was sent. */
  sent: string[];
}

/** How an event ended, kept on the job: open to each kind of job, but always with a `result`. */
export interface JobOutcome {
  result: string;
  [detail: string]: unknown;
}

/** The closed set of ways in which a handler may end; anything it throws counts as a retry. */
export type JobResult =
  | { type: 'done'; outcome?: JobOutcome }
  /** Try again, spending an attempt; not before `afterMs` from now when it is given. */
  | { type: 'retry'; code: string; message: string; afterMs?: number }
  /** Try again at `until` without spending an attempt: a quota, a pause. */
  | { type: 'snooze'; until: Date; reason: string }
  /** Never try again: the job is dead, kept with its errors. */
  | { type: 'discard'; code: string; message: string; outcome?: JobOutcome };

export const done = (outcome?: JobOutcome): JobResult => ({ type: 'done', ...(outcome && { outcome }) });

export const retry = (code: string, message: string, afterMs?: number): JobResult => ({
  type: 'retry',
  code,
  message,
  ...(afterMs !== undefined && { afterMs }),
});

export const snooze = (until: Date, reason: string): JobResult => ({ type: 'snooze', until, reason });

export const discard = (code: string, message: string, outcome?: JobOutcome): JobResult => ({
  type: 'discard',
  code,
  message,
  ...(outcome && { outcome }),
});

/** One file per kind of job implements this and is marked with {@link JobHandler}. */
export interface Handler<P = unknown> {
  handle(job: RunningJob<P>): Promise<JobResult>;
}
