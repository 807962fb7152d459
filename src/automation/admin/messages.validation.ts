import { z } from 'zod';
import { isRange, notARange, timeSchema } from '../../http/time.schema.js';
import { CURSOR } from '../outbox/message-list.js';
import { messageStatuses } from '../outbox/message.schema.js';
import { BAD_CURSOR } from '../../http/paging.js';

const text = z.string().min(1, 'must not be empty').max(300);

export const listMessagesSchema = z
  .strictObject({
    account: text.optional(),
    person: text.optional(),
    conversation: z
      .string()
      .regex(
        /^[^:]+:[^:]+$/,
        'must be the id of the account and that of the person, with a colon between them',
      )
      .optional(),
    job: text.optional(),
    automation: text.optional(),
    kind: text.optional(),
    status: z.enum(messageStatuses, { error: `must be one of ${messageStatuses.join(', ')}` }).optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    error: text.optional(),
    limit: z.coerce.number().int().min(1).max(500).default(50),
    cursor: z.string().regex(CURSOR, BAD_CURSOR).optional(),
  })
  .refine(isRange, notARange);
