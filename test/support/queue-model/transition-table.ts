import { isDeepStrictEqual } from 'node:util';
import type { JobDocument, JobStatus } from '../../../src/queue/job.schema.js';

/** What a step of the queue is called in the table of docs/job-states.md. */
export type Step =
  | 'enqueue'
  | 'unblock'
  | 'claim'
  | 'admit'
  | 'heartbeat'
  | 'done'
  | 'retry'
  | 'snooze'
  | 'discard'
  | 'park'
  | 'defer'
  | 'unknown kind'
  | 'release'
  | 'give back'
  | 'release key'
  | 'rescue'
  | 'reset'
  | 'redrive'
  | 'discard dead';

/** One line of the table: what a step may do to a job. */
interface Row {
  steps: Step[];
  from: JobStatus | 'none';
  to: JobStatus;
  /** By how much it changes; `=` sets it. */
  attempts?: number | '=0' | '=1';
  rescues?: number | '=0';
  lock?: 'taken' | 'released' | 'none' | 'kept or none';
  blocked?: { from: boolean; to: boolean };
  errors?: number;
  claim?: 'given' | 'removed' | 'kept';
}

const FREE = { from: false, to: false };

const rows: Row[] = [
  { steps: ['enqueue'], from: 'none', to: 'pending', attempts: '=0', rescues: '=0', lock: 'taken' },
  {
    steps: ['enqueue'],
    from: 'none',
    to: 'pending',
    attempts: '=0',
    rescues: '=0',
    lock: 'none',
    blocked: { from: false, to: true },
  },
  { steps: ['enqueue'], from: 'none', to: 'pending', attempts: '=0', rescues: '=0', lock: 'none' },
  {
    steps: ['enqueue'],
    from: 'none',
    to: 'processing',
    attempts: '=1',
    rescues: '=0',
    lock: 'kept or none',
    claim: 'given',
  },
  // Whoever stores a blocked job, gives a job back, ends one, or rescues, looks for who is next.
  {
    steps: ['unblock', 'enqueue', 'admit', 'rescue'],
    from: 'pending',
    to: 'pending',
    lock: 'taken',
    blocked: { from: true, to: false },
  },
  { steps: ['claim'], from: 'pending', to: 'processing', attempts: 1, claim: 'given' },
  { steps: ['admit'], from: 'processing', to: 'processing', lock: 'taken', claim: 'kept' },
  {
    steps: ['admit'],
    from: 'processing',
    to: 'pending',
    attempts: -1,
    lock: 'none',
    blocked: { from: false, to: true },
    claim: 'removed',
  },
  { steps: ['heartbeat'], from: 'processing', to: 'processing', claim: 'kept' },
  { steps: ['done'], from: 'processing', to: 'completed', lock: 'released', claim: 'removed' },
  { steps: ['retry'], from: 'processing', to: 'pending', errors: 1, claim: 'removed' },
  { steps: ['retry'], from: 'processing', to: 'dead', lock: 'released', errors: 1, claim: 'removed' },
  { steps: ['discard'], from: 'processing', to: 'dead', lock: 'released', errors: 1, claim: 'removed' },
  {
    steps: ['snooze', 'defer', 'unknown kind', 'release', 'give back', 'reset'],
    from: 'processing',
    to: 'pending',
    attempts: -1,
    claim: 'removed',
  },
  {
    steps: ['park'],
    from: 'processing',
    to: 'pending',
    attempts: -1,
    blocked: { from: false, to: true },
    claim: 'removed',
  },
  { steps: ['release key'], from: 'pending', to: 'pending', blocked: { from: true, to: false } },
  { steps: ['rescue'], from: 'processing', to: 'pending', attempts: -1, rescues: 1, claim: 'removed' },
  {
    steps: ['rescue'],
    from: 'processing',
    to: 'dead',
    rescues: 1,
    lock: 'released',
    errors: 1,
    claim: 'removed',
  },
  { steps: ['redrive'], from: 'dead', to: 'pending', attempts: '=0', rescues: '=0', lock: 'none' },
  { steps: ['discard dead'], from: 'dead', to: 'completed', lock: 'none' },
];

/** What this step may not have done to this job, in words; undefined when the table has it. */
export function forbidden(
  step: Step,
  before: JobDocument | undefined,
  after: JobDocument | undefined,
): string | undefined {
  if (!after) return `${step}: a job is gone`;
  if (isDeepStrictEqual(before, after)) return undefined;
  if (rows.some((row) => row.steps.includes(step) && fits(row, before, after))) return undefined;
  return `${step}: ${describe(before)} → ${describe(after)} is not in the table`;
}

function fits(row: Row, before: JobDocument | undefined, after: JobDocument): boolean {
  const blocked = row.blocked ?? FREE;
  return (
    row.from === (before?.status ?? 'none') &&
    row.to === after.status &&
    counts(row.attempts, before?.attempts, after.attempts) &&
    counts(row.rescues, before?.rescues, after.rescues) &&
    after.errors.length - (before?.errors.length ?? 0) === (row.errors ?? 0) &&
    (before?.blocked ?? false) === blocked.from &&
    after.blocked === blocked.to &&
    lockFits(row.lock, before?.groupLock, after) &&
    claimFits(row.claim, before?.claimToken, after.claimToken)
  );
}

const counts = (rule: number | '=0' | '=1' = 0, before = 0, after: number) =>
  typeof rule === 'string' ? after === Number(rule.slice(1)) : after === before + rule;

function lockFits(rule: Row['lock'], before: string | undefined, { groupLock, groupKey }: JobDocument) {
  switch (rule) {
    case 'taken':
      return before === undefined && groupLock !== undefined && groupLock === groupKey;
    case 'released':
      return groupLock === undefined;
    case 'none':
      return before === undefined && groupLock === undefined;
    case 'kept or none':
      return groupLock === groupKey;
    default:
      return groupLock === before;
  }
}

function claimFits(rule: Row['claim'], before: string | undefined, after: string | undefined): boolean {
  switch (rule) {
    case 'given':
      return before === undefined && after !== undefined;
    case 'removed':
      return before !== undefined && after === undefined;
    default:
      return before === after;
  }
}

function describe(job: JobDocument | undefined): string {
  if (!job) return 'nothing';
  const { status, attempts, rescues, blocked, groupLock, claimToken, errors } = job;
  const parts = [status, `attempts ${attempts}`, `rescues ${rescues}`, `errors ${errors.length}`];
  if (blocked) parts.push('blocked');
  if (groupLock !== undefined) parts.push('holds the lock');
  if (claimToken !== undefined) parts.push('claimed');
  return `(${parts.join(', ')})`;
}
