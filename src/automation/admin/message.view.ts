import { z } from 'zod';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import { shownSchema } from '../outbox/shown-content.js';
import { messageStatuses, type MessageDocument } from '../outbox/message.schema.js';

/** A message of the outbox as the admin API shows it. */
export type MessageView = Omit<MessageDocument, '_id' | 'run' | 'event'> & { id: string };

export const toMessageView = ({
  _id,
  run: _run,
  event: _event,
  ...message
}: MessageDocument): MessageView => ({
  id: _id,
  ...message,
});

/** The same on the wire. */
export const messageViewSchema = z
  .object({
    id: z.string(),
    job: z.string(),
    account: z.string(),
    person: z.string(),
    action: z.int().describe("place among the automation's actions"),
    type: z.string(),
    automation: z.string(),
    comment: z.string().optional(),
    text: z.string().optional(),
    shown: shownSchema.optional(),
    status: z.enum(messageStatuses),
    possibleDuplicate: z.boolean(),
    instagramMessageId: z.string().optional(),
    error: z.string().optional(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Message' });
