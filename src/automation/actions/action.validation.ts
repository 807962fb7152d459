import { z } from 'zod';
import { answerFormats, mediaKinds, type Action, type TriggerType } from '../automation.types.js';
import { attributeNameSchema, tagSchema } from '../conditions/conditions.validation.js';
import {
  buttonsSchema,
  cardText,
  httpsUrl,
  quickReplySchema,
  templateText,
  textProblems,
  textsShape,
} from './action-text.validation.js';

const DAY_MS = 86_400_000;
/** Instagram shows that somebody types for so long at most. */
const MAX_TYPING_MS = 20_000;
const MAX_PAUSE_MS = 30 * DAY_MS;
/** Nothing can be sent later than this after the person's last message, whatever the app may do. */
const MAX_ASK_MS = 7 * DAY_MS;

const durationMs = (max: number) =>
  z
    .int({ error: `must be a whole number of ms from 1 to ${max}` })
    .min(1, `must be from 1 to ${max}`)
    .max(max, `must be from 1 to ${max}`);

const sendMessage = z
  .strictObject({
    type: z.literal('send_message'),
    ...textsShape,
    quickReplies: z.array(quickReplySchema).min(1).max(13, 'must be at most 13').optional(),
    buttons: buttonsSchema().optional(),
  })
  .superRefine(textProblems);

const card = z.strictObject({
  title: cardText,
  subtitle: cardText.optional(),
  imageUrl: httpsUrl.optional(),
  buttons: buttonsSchema().optional(),
});

const wait = z
  .strictObject({
    type: z.literal('wait'),
    ms: durationMs(MAX_PAUSE_MS).optional(),
    until: z.iso
      .datetime({ offset: true, error: 'must be a time such as 2026-03-01T09:00:00+01:00' })
      .optional(),
  })
  .superRefine(({ ms, until }, context) => {
    if (ms === undefined && until === undefined) {
      context.addIssue({ code: 'custom', path: ['ms'], message: 'is required, or else until' });
    }
    if (ms !== undefined && until !== undefined) {
      context.addIssue({ code: 'custom', path: ['until'], message: 'can not be given beside ms' });
    }
  });

const ask = z.strictObject({
  type: z.literal('ask'),
  text: templateText,
  attribute: attributeNameSchema,
  validate: z.enum(answerFormats, { error: `must be one of ${answerFormats.join(', ')}` }).default('text'),
  retryText: templateText.optional(),
  timeoutMs: durationMs(MAX_ASK_MS).default(DAY_MS),
});

const webhookFields = {
  type: z.literal('call_webhook'),
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .max(2000, 'must have at most 2000 characters'),
};

const callWebhook = z
  .strictObject({
    ...webhookFields,
    secret: z
      .string()
      .min(8, 'must have at least 8 characters')
      .max(200, 'must have at most 200 characters')
      .nullable()
      .optional()
      .describe('never answered; left out, the one that is stored for the same url stays; null: none'),
    secretSet: z.boolean().optional().describe('taken as it was answered, and without effect'),
  })
  .overwrite(({ secretSet: _shown, ...action }) => action);

const otherSchemas = [
  sendMessage,
  z.strictObject({
    type: z.literal('send_media'),
    kind: z.enum(mediaKinds, { error: `must be one of ${mediaKinds.join(', ')}` }),
    url: httpsUrl,
  }),
  z.strictObject({
    type: z.literal('send_cards'),
    cards: z.array(card).min(1, 'must have at least one card').max(10, 'must be at most 10'),
  }),
  z.strictObject({ type: z.literal('reply_to_comment'), ...textsShape }).superRefine(textProblems),
  z.strictObject({ type: z.literal('typing'), ms: durationMs(MAX_TYPING_MS) }),
  z.strictObject({
    type: z.literal('react'),
    reaction: z.string().trim().min(1, 'must not be empty').max(64, 'must have at most 64 characters'),
  }),
  wait,
  z.strictObject({ type: z.literal('add_tag'), tag: tagSchema }),
  z.strictObject({ type: z.literal('remove_tag'), tag: tagSchema }),
  z.strictObject({ type: z.literal('set_attribute'), name: attributeNameSchema, value: templateText }),
  ask,
  z.strictObject({ type: z.literal('pause_automation'), ms: durationMs(MAX_PAUSE_MS) }),
] as const;

const schemas = [...otherSchemas, callWebhook] as const;
const actionTypes = schemas.map(({ shape }) => shape.type.value);

export const actionSchema: z.ZodType<Action> = z.discriminatedUnion('type', schemas, {
  error: `must be one of ${actionTypes.join(', ')}`,
});

/** An action as it is answered, on the wire. */
export const actionViewSchema = z.discriminatedUnion('type', [
  ...otherSchemas,
  z.strictObject({ ...webhookFields, secretSet: z.boolean().describe('whether it has a secret') }),
]);

/** Triggers whose events have no message of the person's to react to. */
const withoutMessage: ReadonlySet<TriggerType> = new Set(['comment', 'reaction']);

/** What an action can't do on this trigger. */
export function actionsForTrigger(
  trigger: TriggerType,
  actions: readonly { type: Action['type'] }[],
): { path: PropertyKey[]; message: string }[] {
  return actions.flatMap(({ type }, index) => {
    const path = ['actions', index, 'type'];
    if (type === 'reply_to_comment' && trigger !== 'comment') {
      return [{ path, message: 'answers comments only, but the trigger is no comment' }];
    }
    if (type === 'react' && withoutMessage.has(trigger)) {
      return [{ path, message: 'reacts to messages only, but the trigger has none' }];
    }
    return [];
  });
}
