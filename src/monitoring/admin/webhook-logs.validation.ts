import { z } from 'zod';
import { pageQuerySchema } from '../../http/paging.js';
import { isRange, notARange, timeSchema } from '../../http/time.schema.js';
import { deliveryStatuses, type WebhookLogFilter } from '../../webhooks/webhook-log-filter.js';

const text = z.string().min(1, 'must not be empty').max(300);

const isOfAccount = (conversation: string | undefined, account: string | undefined): boolean =>
  conversation === undefined || account === undefined || conversation.startsWith(`${account}:`);

export const listLogsSchema = z
  .strictObject({
    ...pageQuerySchema.shape,
    status: z.enum(deliveryStatuses, { error: `must be one of ${deliveryStatuses.join(', ')}` }).optional(),
    kind: text.optional(),
    account: text.optional(),
    conversation: z
      .string()
      .regex(
        /^[^:]+:[^:]+$/,
        'must be the id of the account and that of the person, with a colon between them',
      )
      .optional(),
    signedBy: z.coerce.number().int().min(0).max(100).optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    error: text.optional(),
  })
  .refine(isRange, notARange)
  .refine(({ account, conversation }) => isOfAccount(conversation, account), {
    path: ['account'],
    message: 'must be the account of the conversation, or left out',
  });

type Query = Omit<z.infer<typeof listLogsSchema>, 'limit' | 'cursor'>;

export function toLogFilter({ conversation, account, ...same }: Query): WebhookLogFilter {
  if (conversation === undefined) return { ...same, account };
  const [ofAccount, person] = conversation.split(':');
  return { ...same, account: ofAccount, person };
}
