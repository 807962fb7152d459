import { z } from 'zod';
import { weekdays } from '../automation.types.js';
import { isAttributeName } from '../contacts/attribute-name.js';
import { isTimeZone } from './schedule.js';

export const tagSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters');

export const attributeNameSchema = z
  .string()
  .refine(isAttributeName, 'must be 1 to 64 letters, digits, _ or -, and no reserved name');

export const MAX_ATTRIBUTE_LENGTH = 1000;

const attributeValue = z
  .string()
  .max(MAX_ATTRIBUTE_LENGTH, `must have at most ${MAX_ATTRIBUTE_LENGTH} characters`);

const attributeSchema = z.discriminatedUnion(
  'op',
  [
    z.strictObject({ type: z.literal('attribute'), name: attributeNameSchema, op: z.literal('exists') }),
    z.strictObject({
      type: z.literal('attribute'),
      name: attributeNameSchema,
      op: z.literal('equals'),
      value: attributeValue,
    }),
  ],
  { error: 'must be one of exists, equals' },
);

export const conditionsSchema = z
  .array(
    z.discriminatedUnion(
      'type',
      [
        z.strictObject({ type: z.literal('follows_account') }),
        z.strictObject({ type: z.literal('has_tag'), tag: tagSchema }),
        z.strictObject({ type: z.literal('lacks_tag'), tag: tagSchema }),
        z.strictObject({ type: z.literal('first_contact') }),
        attributeSchema,
      ],
      { error: 'must be one of follows_account, has_tag, lacks_tag, first_contact, attribute' },
    ),
  )
  .max(20, 'must be at most 20');

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day from 00:00 to 23:59');

export const scheduleSchema = z
  .strictObject({
    timezone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin'),
    days: z
      .array(z.enum(weekdays, { error: `must be one of ${weekdays.join(', ')}` }))
      .min(1, 'must have at least one day')
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'must name each day once')
      .optional(),
    from: time.optional(),
    to: time.optional(),
  })
  .superRefine(({ from, to }, context) => {
    if (from !== undefined && from === to) {
      context.addIssue({ code: 'custom', path: ['to'], message: 'must differ from the field from' });
    }
  });
