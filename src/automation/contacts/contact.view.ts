import { z } from 'zod';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import type { ContactDocument } from './contact.schema.js';

/** A contact as the admin API shows it. */
export interface ContactView {
  id: string;
  account: string;
  person: string;
  username?: string;
  name?: string;
  tags: string[];
  attributes: Record<string, string>;
  firstSeenAt: Date;
  /** Of any event, of a message typed by a person of the account, and of flows that went on. */
  activeAt?: Date;
  lastInboundAt?: Date;
  optedOutAt?: Date;
  pausedUntil?: Date;
  pauseReason?: string;
  /** A question that waits for its answer; null: none. */
  ask: { automation: string; attribute: string; expiresAt: Date } | null;
  /** Flows that go on later. */
  waits: { automation: string; until: Date }[];
}

export const toContactView = ({
  _id,
  ask,
  waits,
  decision: _d,
  answers: _a,
  cooldowns: _c,
  optedInAt: _o,
  ...contact
}: ContactDocument): ContactView => ({
  id: _id,
  ...contact,
  tags: contact.tags ?? [],
  attributes: contact.attributes ?? {},
  ask: ask ? { automation: ask.flow.automation, attribute: ask.attribute, expiresAt: ask.expiresAt } : null,
  waits: Object.values(waits ?? {}),
});

/** The same on the wire. */
export const contactSchema = z
  .object({
    id: z.string().describe('account:person'),
    account: z.string(),
    person: z.string(),
    username: z.string().optional(),
    name: z.string().optional(),
    attributes: z.record(z.string(), z.string()),
    tags: z.array(z.string()),
    firstSeenAt: timeSchema,
    activeAt: timeSchema.optional(),
    firstJob: z.string().optional(),
    lastInboundAt: timeSchema.optional(),
    profileCheckedAt: timeSchema.optional(),
    optedOutAt: timeSchema.optional(),
    pausedUntil: timeSchema.optional(),
    pauseReason: z.string().optional(),
    ask: z
      .object({ automation: z.string(), attribute: z.string(), expiresAt: timeSchema })
      .nullable()
      .describe('the question whose answer is awaited'),
    waits: z.array(z.object({ automation: z.string(), until: timeSchema })),
  })
  .meta({ id: 'Contact' });
