import { z } from 'zod';
import { timeSchema } from '../http/api-docs/json-schema.js';
import { actionSchema, actionsForTrigger, actionViewSchema } from './actions/action.validation.js';
import { triggerTypes, type AutomationChange, type AutomationSettings } from './automation.types.js';
import { conditionsSchema, scheduleSchema } from './conditions/conditions.validation.js';
import {
  emojiSchema,
  idListSchema,
  payloadFilterShape,
  payloadFilterProblem,
  refSchema,
  textMatchSchema,
} from './matching/match.validation.js';

/**
 * The contract of an automation, as zod schemas. Objects are strict: a field that this version does not know is refused
 * rather than ignored, since an owner would wait in vain for it to work.
 */

const DAY_MS = 86_400_000;
export const MAX_NAME_LENGTH = 100;

const triggerSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('message'), match: textMatchSchema }),
    z.strictObject({
      type: z.literal('story_reply'),
      match: textMatchSchema,
      storyIds: idListSchema.optional(),
    }),
    z.strictObject({ type: z.literal('story_mention') }),
    z.strictObject({ type: z.literal('postback'), ...payloadFilterShape }).superRefine(payloadFilterProblem),
    z
      .strictObject({ type: z.literal('quick_reply'), ...payloadFilterShape })
      .superRefine(payloadFilterProblem),
    z.strictObject({
      type: z.literal('comment'),
      match: textMatchSchema,
      mediaIds: idListSchema.optional(),
      repliesToo: z.boolean().default(false),
      live: z.boolean().default(false),
    }),
    z.strictObject({ type: z.literal('referral'), ref: refSchema.optional() }),
    z.strictObject({ type: z.literal('reaction'), emoji: emojiSchema.optional() }),
    z.strictObject({ type: z.literal('default') }),
  ],
  {
    error: `must be one of ${triggerTypes.join(', ')}`,
  },
);

const fields = {
  account: z.string().regex(/^\d{1,32}$/, 'must be an Instagram account id'),
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(MAX_NAME_LENGTH, `must have at most ${MAX_NAME_LENGTH} characters`),
  enabled: z.boolean(),
  priority: z.int().min(-1_000_000).max(1_000_000),
  continue: z.boolean(),
  trigger: triggerSchema,
  conditions: conditionsSchema,
  actions: z.array(actionSchema).min(1, 'must have at least one action').max(20, 'must be at most 20'),
  cooldownMs: z
    .int()
    .min(0)
    .max(365 * DAY_MS, 'must be at most a year'),
  schedule: scheduleSchema.optional(),
};

const removable = <T extends z.ZodType>(field: T) =>
  field.nullable().describe('null: as when it is left out of a new one');

/** Without defaults: what is left out of a change stays as it is. */
const changedFields = z
  .strictObject({
    ...fields,
    priority: removable(fields.priority),
    continue: removable(fields.continue),
    conditions: removable(fields.conditions),
    cooldownMs: removable(fields.cooldownMs),
    schedule: removable(scheduleSchema),
  })
  .partial();

const allFields = z.strictObject({
  ...fields,
  enabled: fields.enabled.default(true),
  priority: fields.priority.default(0),
  continue: fields.continue.default(false),
  conditions: fields.conditions.default([]),
  cooldownMs: fields.cooldownMs.default(0),
});

/** A whole automation: what POST and PUT take. */
export const automationSchema: z.ZodType<AutomationSettings> = allFields.superRefine(
  ({ trigger, actions }, context) => {
    for (const { path, message } of actionsForTrigger(trigger.type, actions))
      context.addIssue({ code: 'custom', path, message });
  },
);

/** Some fields of one: what PATCH takes. The whole that comes of it is checked against {@link automationSchema}. */
export const automationChangeSchema: z.ZodType<AutomationChange> = changedFields;

/** What an owner decided about one, as it is answered. */
export const settingsViewSchema = allFields.extend({ actions: z.array(actionViewSchema) });

/** An automation as it is answered, on the wire. */
export const automationViewSchema = settingsViewSchema
  .extend({ id: z.string(), createdAt: timeSchema, updatedAt: timeSchema })
  .meta({ id: 'Automation' });
