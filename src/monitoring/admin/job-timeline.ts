import { z } from 'zod';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import type { JobDocument } from '../../queue/job.schema.js';

const states = [
  'created',
  'failed',
  'redriven',
  'started',
  'due',
  'scheduled',
  'behind_another',
  'parked',
  'completed',
  'discarded',
  'dead',
] as const;

/** One thing that happened to a job, or, at the end, what it waits for. */
export interface TimelineEntry {
  at: Date;
  state: (typeof states)[number];
  /** Of a run. */
  attempt?: number;
  worker?: string;
  code?: string;
  message?: string;
  /** Who did it. */
  by?: string;
}

/** The same on the wire. */
export const timelineEntrySchema = z.object({
  at: timeSchema,
  state: z.enum(states),
  attempt: z.int().optional(),
  worker: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  by: z.string().optional(),
});

type Job = Omit<JobDocument, '_id' | 'payload'>;

/** What the job's record tells of its life, the earliest first. Runs that ended well leave no trace but the end. */
export function timelineOf(job: Job, now: Date): TimelineEntry[] {
  const past: TimelineEntry[] = [
    ...job.errors.map((error): TimelineEntry => ({ state: 'failed', ...error })),
    ...(job.redrives ?? []).map(({ at, by }): TimelineEntry => ({ at, state: 'redriven', by })),
  ];
  past.sort((a, b) => a.at.getTime() - b.at.getTime());
  const last = lastEntry(job, now);
  return [{ at: job.createdAt, state: 'created' }, ...past, ...(last ? [last] : [])];
}

function lastEntry(job: Job, now: Date): TimelineEntry | undefined {
  const { status, finishedAt, outcome, attempts, worker, claimedAt } = job;
  switch (status) {
    case 'pending':
      return { at: job.runAt, state: waitsFor(job, now) };
    case 'processing':
      return {
        at: claimedAt ?? now,
        state: 'started',
        attempt: attempts,
        ...(worker !== undefined && { worker }),
      };
    case 'completed': {
      const discarded = outcome?.['reason'] === 'discarded';
      const by = discarded ? outcome?.['by'] : undefined;
      return (
        finishedAt && {
          at: finishedAt,
          state: discarded ? 'discarded' : 'completed',
          ...(by !== undefined && { by: String(by) }),
        }
      );
    }
    case 'dead':
      return finishedAt && { at: finishedAt, state: 'dead' };
    default:
      return status satisfies never;
  }
}

function waitsFor(
  { parked, blocked, runAt }: Job,
  now: Date,
): 'parked' | 'behind_another' | 'scheduled' | 'due' {
  if (parked !== undefined) return 'parked';
  if (blocked) return 'behind_another';
  return runAt > now ? 'scheduled' : 'due';
}
