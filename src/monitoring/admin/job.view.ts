import { z } from 'zod';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import {
  jobStatuses,
  type JobDocument,
  type JobError,
  type JobRedrive,
  type JobStatus,
} from '../../queue/job.schema.js';

/** A job as the admin API shows it. */
export interface JobView {
  id: string;
  kind: string;
  status: JobStatus;
  account: string | null;
  /** Account and person. */
  conversation: string | null;
  attempts: number;
  rescues: number;
  runAt: Date;
  /** Waits for another job of its conversation. */
  blocked: boolean;
  worker: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  errors: JobError[];
  /** How often and by whom it was brought back from the dead. */
  redrives: JobRedrive[];
  outcome: JobDocument['outcome'] | null;
}

export const toJobView = (job: Omit<JobDocument, 'payload'>): JobView => ({
  id: job._id.toHexString(),
  kind: job.kind,
  status: job.status,
  account: job.limitKey ?? null,
  conversation: job.groupKey ?? null,
  attempts: job.attempts,
  rescues: job.rescues,
  runAt: job.runAt,
  blocked: job.blocked,
  worker: job.worker ?? null,
  createdAt: job.createdAt,
  finishedAt: job.finishedAt ?? null,
  errors: job.errors,
  redrives: job.redrives ?? [],
  outcome: job.outcome ?? null,
});

/** The same on the wire. */
export const jobViewSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    status: z.enum(jobStatuses),
    account: z.string().nullable(),
    conversation: z.string().nullable().describe('account:person'),
    attempts: z.int(),
    rescues: z.int(),
    runAt: timeSchema,
    blocked: z.boolean().describe('waits for another job of its conversation'),
    worker: z.string().nullable(),
    createdAt: timeSchema,
    finishedAt: timeSchema.nullable(),
    errors: z.array(
      z.object({
        at: timeSchema,
        attempt: z.int(),
        worker: z.string(),
        code: z.string(),
        message: z.string(),
      }),
    ),
    redrives: z.array(z.object({ at: timeSchema, by: z.string(), attemptsBefore: z.int() })),
    outcome: z.looseObject({ result: z.string() }).nullable(),
  })
  .meta({ id: 'Job' });
