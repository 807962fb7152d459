import { z } from 'zod';
import { pageQuerySchema } from '../../http/paging.js';
import { timeSchema } from '../../http/time.schema.js';
import type { JobFilter } from '../../queue/dead-letters/job-filter.js';
import { jobStatuses } from '../../queue/job.schema.js';

const text = z.string().min(1, 'must not be empty').max(300);

const filters = {
  kind: text.optional(),
  account: text.optional(),
  conversation: text.optional(),
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  error: text.optional(),
};

export const listJobsSchema = z.strictObject({
  ...pageQuerySchema.shape,
  ...filters,
  status: z.enum(jobStatuses, { error: `must be one of ${jobStatuses.join(', ')}` }).optional(),
});

const MAX_BULK = 100_000;

const bulk = {
  ...filters,
  limit: z.number().int().min(1).max(MAX_BULK).default(10_000),
  dryRun: z.boolean().default(false),
};

export const redriveSchema = z.strictObject({
  ...bulk,
  rate: z.number().positive().max(100_000).optional(),
  startAt: timeSchema.optional(),
});

export const discardSchema = z.strictObject(bulk);

interface Filters extends Pick<JobFilter, 'status' | 'kind' | 'from' | 'to' | 'error'> {
  account?: string | undefined;
  conversation?: string | undefined;
}

/** In the queue's own terms. */
export const toJobFilter = ({
  status,
  kind,
  from,
  to,
  error,
  account,
  conversation,
}: Filters): JobFilter => ({
  ...(status !== undefined && { status }),
  ...(kind !== undefined && { kind }),
  ...(from && { from }),
  ...(to && { to }),
  ...(error !== undefined && { error }),
  ...(account !== undefined && { limitKey: account }),
  ...(conversation !== undefined && { groupKey: conversation }),
});
