import { z } from 'zod';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import type { WebhookLogDocument } from '../../webhooks/webhook-log.schema.js';
import { jobViewSchema } from './job.view.js';

/** A delivery as the admin API lists it. */
export type LogView = Pick<
  WebhookLogDocument,
  'receivedAt' | 'signedBy' | 'events' | 'rejected' | 'expiresAt'
> & { id: string };

export const toLogView = (log: Omit<WebhookLogDocument, 'body'>): LogView => ({
  id: log._id.toHexString(),
  receivedAt: log.receivedAt,
  signedBy: log.signedBy,
  events: log.events,
  rejected: log.rejected,
  expiresAt: log.expiresAt,
});

const eventSchema = z.object({
  kind: z.string(),
  account: z.string(),
  person: z.string().nullable().optional(),
  identity: z.string(),
});

/** The same on the wire. */
export const logViewSchema = z
  .object({
    id: z.string(),
    receivedAt: timeSchema,
    signedBy: z.int().describe('which of the app secrets, from 0'),
    events: z.array(eventSchema),
    rejected: z.array(z.object({ at: z.string(), reason: z.string() })),
    expiresAt: timeSchema,
  })
  .meta({ id: 'WebhookLog' });

export const logDetailsSchema = logViewSchema
  .extend({
    events: z.array(
      eventSchema.extend({ job: jobViewSchema.nullable().describe('null: it is no longer kept') }),
    ),
    body: z.unknown(),
  })
  .meta({ id: 'WebhookLogDetails' });
