import { z } from 'zod';
import { conversationStates } from '../../automation/contacts/conversation.repository.js';
import { contactSchema } from '../../automation/contacts/contact.view.js';
import { shownSchema } from '../../automation/outbox/shown-content.js';
import { messageStatuses } from '../../automation/outbox/message.schema.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import { eventKinds } from '../../instagram/instagram-event.js';
import { jobStatuses } from '../../queue/job.schema.js';

/** The views of conversations on the wire: see conversation.view.ts and thread.view.ts. */
const attachments = z.array(z.object({ type: z.string(), url: z.string().optional() }));

const inboundSchema = z
  .object({
    type: z.literal('in'),
    id: z.string(),
    at: timeSchema,
    happenedAt: timeSchema,
    kind: z.enum(eventKinds),
    text: z.string().nullable(),
    attachments,
    payload: z.string().optional(),
    story: z.object({ id: z.string(), url: z.string().optional() }).optional(),
    comment: z
      .object({ id: z.string(), media: z.string().optional(), parent: z.string().optional() })
      .optional(),
    reaction: z.object({ emoji: z.string().optional(), taken: z.boolean(), mid: z.string() }).optional(),
    referral: z.string().optional(),
    delivery: z.string(),
    job: z
      .object({
        id: z.string(),
        status: z.enum(jobStatuses),
        attempts: z.int(),
        errors: z.array(z.object({ at: timeSchema, code: z.string() })),
      })
      .nullable()
      .describe('null when it is no longer kept'),
    outcome: z
      .object({ result: z.string(), automation: z.string().optional(), reason: z.string().optional() })
      .nullable(),
    why: z.string().describe('in words: what became of it'),
  })
  .meta({ id: 'InboundEntry' });

export const outboundSchema = z
  .object({
    type: z.literal('out'),
    id: z.string(),
    at: timeSchema,
    settledAt: timeSchema,
    action: z.string(),
    text: z.string().nullable(),
    textGone: z.boolean().describe('its text was kept for a while, and no longer'),
    shown: shownSchema.optional(),
    status: z.enum(messageStatuses),
    possibleDuplicate: z.boolean(),
    error: z.string().optional(),
    automation: z.string(),
    job: z.string(),
    comment: z.string().optional(),
    instagramMessageId: z.string().optional(),
    echoedAt: timeSchema.nullable(),
  })
  .meta({ id: 'OutboundEntry' });

const humanSchema = z
  .object({
    type: z.literal('human'),
    id: z.string(),
    at: timeSchema,
    text: z.string().nullable(),
    attachments,
    delivery: z.string(),
  })
  .meta({ id: 'HumanEntry' });

const conversationFields = {
  ...contactSchema.shape,
  states: z.array(z.enum(conversationStates)),
  windowClosesAt: timeSchema.nullable(),
};

export const listedConversationSchema = z
  .object({
    ...conversationFields,
    last: z
      .object({
        type: z.enum(['in', 'out', 'human']),
        at: timeSchema,
        kind: z.string(),
        text: z.string().nullable(),
        status: z.enum(messageStatuses).optional(),
      })
      .nullable(),
  })
  .meta({ id: 'ListedConversation' });

export const conversationSchema = z
  .object({
    ...conversationFields,
    thread: z.object({
      items: z.array(z.union([inboundSchema, outboundSchema, humanSchema])),
      nextCursor: z.string().nullable(),
      automations: z.record(z.string(), z.string()).describe('names by id'),
    }),
    kept: z
      .object({
        inboundSince: timeSchema,
        outcomesSince: timeSchema,
        sentTextsSince: timeSchema,
        sendsSince: timeSchema,
      })
      .describe('from when on each part is kept'),
  })
  .meta({ id: 'Conversation' });
