import { z } from 'zod';
import { pageQuerySchema } from '../../http/paging.js';
import { isRange, notARange, timeSchema } from '../../http/time.schema.js';
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
  lastError: text.optional(),
};

export const listJobsSchema = z
  .strictObject({
    ...pageQuerySchema.shape,
    ...filters,
    status: z.enum(jobStatuses, { error: `must be one of ${jobStatuses.join(', ')}` }).optional(),
  })
  .refine(isRange, notARange);

const MAX_BULK = 100_000;
/** As many as somebody picks in a list. */
const MAX_IDS = 1000;

const bulk = {
  ...filters,
  ids: z
    .array(z.string().regex(/^[0-9a-f]{24}$/, 'must be the id of a job'))
    .min(1, 'must not be empty')
    .max(MAX_IDS)
    .optional(),
  limit: z.number().int().min(1).max(MAX_BULK).default(10_000),
  dryRun: z.boolean().default(false),
};

export const redriveSchema = z
  .strictObject({
    ...bulk,
    rate: z.number().positive().max(100_000).optional(),
    startAt: timeSchema.optional(),
  })
  .refine(isRange, notARange);

export const discardSchema = z.strictObject(bulk).refine(isRange, notARange);

interface Filters extends Omit<JobFilter, 'limitKey' | 'groupKey'> {
  account?: string | undefined;
  conversation?: string | undefined;
}

/** In the queue's own terms. */
export const toJobFilter = ({ account, conversation, ...same }: Filters): JobFilter => ({
  ...(Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)) as JobFilter),
  ...(account !== undefined && { limitKey: account }),
  ...(conversation !== undefined && { groupKey: conversation }),
});
