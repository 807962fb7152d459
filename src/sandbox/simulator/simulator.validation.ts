import { z } from 'zod';

const id = z.string().regex(/^\d{1,25}$/, "must be one of Instagram's ids: up to 25 digits");
const text = z.string().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters');
const label = z.string().min(1, 'must not be empty').max(1000);
const mediaId = id.default('17890000000000001');
const url = z.url({ protocol: /^https$/, error: 'must be an https address' });

/** Who does it, to which account. */
const between = {
  account: id,
  person: id,
  username: z.string().trim().min(1).max(100).optional(),
  name: z.string().trim().min(1).max(100).optional(),
  /** Whether the person follows the account from now on. */
  follows: z.boolean().optional(),
};

const kinds = [
  z.strictObject({
    kind: z.literal('message'),
    ...between,
    text: text.optional(),
    attachment: z
      .strictObject({ type: z.enum(['image', 'video', 'audio', 'file', 'share']), url })
      .optional(),
  }),
  z.strictObject({ kind: z.literal('comment'), ...between, text, mediaId, parentId: id.optional() }),
  z.strictObject({ kind: z.literal('live_comment'), ...between, text, mediaId }),
  z.strictObject({ kind: z.literal('story_reply'), ...between, text, storyId: id.optional() }),
  z.strictObject({ kind: z.literal('story_mention'), ...between }),
  z.strictObject({ kind: z.literal('postback'), ...between, payload: label, title: label.optional() }),
  z.strictObject({ kind: z.literal('quick_reply'), ...between, payload: label, title: label }),
  z.strictObject({
    kind: z.literal('reaction'),
    ...between,
    mid: label,
    emoji: z.string().min(1).max(20).default('❤️'),
    action: z.enum(['react', 'unreact']).default('react'),
  }),
  z.strictObject({ kind: z.literal('referral'), ...between, ref: label }),
  z.strictObject({ kind: z.literal('seen'), ...between, mid: label }),
  /** Somebody of the account types in Instagram's own app. */
  z.strictObject({ kind: z.literal('human'), ...between, text }),
] as const;

const kindNames = kinds.map(({ shape }) => shape.kind.value);

export const simulatedEventSchema = z
  .discriminatedUnion('kind', kinds, { error: `must be one of ${kindNames.join(', ')}` })
  .superRefine((event, context) => {
    if (event.kind === 'message' && event.text === undefined && event.attachment === undefined) {
      context.addIssue({ code: 'custom', path: ['text'], message: 'is required, or else attachment' });
    }
  });

export type SimulatedEvent = z.infer<typeof simulatedEventSchema>;

export const conversationQuerySchema = z.strictObject({ account: id, person: id });

export const traceQuerySchema = z.strictObject({
  account: id,
  person: id,
  limit: z.coerce.number().int().min(1).max(50).default(10),
});

export const accountQuerySchema = z.strictObject({ account: id });

export const failureKinds = [
  'token_expired',
  'throttled',
  'outside_window',
  'unreachable',
  'server_error',
  'lost_answer',
  'slow',
] as const;

export type FailureKind = (typeof failureKinds)[number];

export const failureSchema = z.strictObject({
  account: id,
  kind: z.enum(failureKinds, { error: `must be one of ${failureKinds.join(', ')}` }),
  /** How many calls fail; null: all, until it is switched off. */
  times: z.number().int().min(1).max(1000).nullable().default(null),
});
