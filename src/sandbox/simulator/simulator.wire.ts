import { z } from 'zod';
import { dryRunSchema } from '../../automation/replay/dry-run.types.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import { jobViewSchema } from '../../monitoring/admin/job.view.js';
import { outboundSchema } from '../../monitoring/conversations/conversation.wire.js';
import { failureKinds } from './simulator.validation.js';

/** What the simulator answers, on the wire. */
export const peopleSchema = z.object({
  items: z.array(z.object({ person: z.string(), username: z.string(), name: z.string() })),
});

const eventSchema = z.object({ kind: z.string(), identity: z.string() });

export const sentSchema = z.object({
  id: z.string(),
  event: eventSchema,
  status: z.int().describe("of the webhook's answer"),
  answeredInMs: z.number(),
  mid: z.string().nullable(),
  comment: z.string().nullable(),
});

export const phoneSchema = z.object({
  typing: z.boolean(),
  entries: z.array(
    z.object({
      id: z.string(),
      at: timeSchema,
      from: z.enum(['person', 'account']),
      kind: z.string(),
      text: z.string().nullable(),
      mid: z.string().nullable(),
      comment: z.string().nullable(),
      input: z.looseObject({}).optional(),
      content: z.unknown().optional(),
    }),
  ),
});

export const tracesSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      text: z.string().nullable(),
      sentAt: timeSchema,
      webhook: z.object({
        status: z.int(),
        answeredInMs: z.number(),
        delivery: z.string().nullable(),
        receivedAt: timeSchema.nullable(),
      }),
      event: eventSchema,
      job: jobViewSchema.nullable(),
      why: z.string().nullable(),
      steps: dryRunSchema.shape.steps,
      rules: z.array(
        z.object({ automation: z.string(), name: z.string(), verdict: z.string(), why: z.string() }),
      ),
      sends: z.array(outboundSchema),
    }),
  ),
});

export const failuresSchema = z.object({
  items: z.array(z.object({ kind: z.enum(failureKinds), times: z.int().nullable() })),
});
