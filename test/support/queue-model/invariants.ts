import type { JobDocument } from '../../../src/queue/job.schema.js';

const MAX_RESCUES = 3;
const CLAIM = ['claimToken', 'claimedAt', 'leaseUntil', 'worker'] as const;

/** What no job may ever be, whatever happened before; in words. */
export function brokenInvariants(jobs: JobDocument[], maxAttempts: number): string[] {
  return [...jobs.flatMap((job) => brokenBy(job, maxAttempts)), ...repeated(jobs)];
}

function brokenBy(job: JobDocument, maxAttempts: number): string[] {
  const { status, attempts, rescues } = job;
  const ended = status === 'completed' || status === 'dead';
  const rules: [boolean, string][] = [
    [
      CLAIM.every((field) => (job[field] !== undefined) === (status === 'processing')),
      'a claim, and only that, is processing',
    ],
    [attempts >= 0 && attempts <= maxAttempts, 'attempts are counted'],
    [rescues <= MAX_RESCUES && (rescues < MAX_RESCUES || ended), 'the third rescue is the end'],
    [!ended || (job.groupLock === undefined && !job.blocked), 'what has ended holds up nobody'],
    [ended === (job.finishedAt !== undefined && job.expiresAt !== undefined), 'what has ended expires'],
    [
      (job.payload === undefined) === (status === 'completed'),
      'the payload is kept until the job is completed',
    ],
    [job.groupLock === undefined || job.groupLock === job.groupKey, 'the lock is that of its own group'],
    [job.parked === undefined || (status === 'pending' && job.blocked), 'what is parked is set aside'],
    [
      !job.blocked || (status === 'pending' && job.groupKey !== undefined) || job.parked !== undefined,
      'what is blocked waits in a group',
    ],
    [
      !job.blocked || job.parked !== undefined || job.groupLock === undefined,
      'what is blocked behind another has no lock',
    ],
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => `not so: ${rule}: ${JSON.stringify(job)}`);
}

/** One lock of each group, one job of each key. */
function repeated(jobs: JobDocument[]): string[] {
  return (['groupLock', 'dedupKey'] as const).flatMap((field) => {
    const values = jobs.flatMap((job) => job[field] ?? []);
    return new Set(values).size === values.length ? [] : [`two jobs with the same ${field}`];
  });
}
