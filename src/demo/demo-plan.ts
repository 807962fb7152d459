import {
  commentWebhook,
  messageWebhook,
  postbackWebhook,
  storyReplyWebhook,
  type WebhookEnvelope,
} from '../instagram/webhook-samples.js';

/**
 * What the demo sends, worked out from a running number alone, so that the process that posts and the one that checks
 * agree without talking to each other. Each text carries its number, and each answer repeats the text.
 */

export interface DemoPlan {
  events: number;
  accounts: number;
}

type DemoKind = 'message' | 'story_reply' | 'postback' | 'comment';

/** Of ten events: five DMs, two story replies, one tapped button, two comments. */
const MIX: readonly DemoKind[] = [
  'message',
  'comment',
  'message',
  'story_reply',
  'message',
  'postback',
  'message',
  'comment',
  'message',
  'story_reply',
];

/** Meta delivers some webhooks twice: here every fiftieth. */
const REDELIVERED_EVERY = 50;
const FIRST_ACCOUNT = 17_841_400_000_000_000n;
const FIRST_PERSON = 2_978_000_000_000_000n;
const FIRST_COMMENT = 18_050_000_000_000_000n;

/** Not `n % 10`: then each account, being `n % 100`, would get events of one kind only. */
export const kindOf = (n: number): DemoKind => MIX[Math.floor(n / 7) % MIX.length]!;

export const isRedelivered = (n: number): boolean => n % REDELIVERED_EVERY === 0;

export const accountId = (index: number): string => String(FIRST_ACCOUNT + BigInt(index));

/** A comment is answered twice: in public and in private. */
export const answersTo = (n: number): number => (kindOf(n) === 'comment' ? 2 : 1);

export const totalAnswers = ({ events }: DemoPlan): number =>
  Array.from({ length: events }, (_, n) => answersTo(n)).reduce((sum, answers) => sum + answers, 0);

/** The signed-to-be body of event `n`; the same bytes whenever it is asked for within one run. */
export function webhookFor(n: number, { accounts }: DemoPlan, startedAt: number): WebhookEnvelope {
  const account = n % accounts;
  // Two events in a row of each person, so that conversations have an order to keep.
  const person = String(FIRST_PERSON + BigInt(Math.floor(n / accounts / 2) * accounts + account));
  const between = { account: accountId(account), person, timestamp: startedAt + n };
  const mid = `demo-${startedAt}-${n}`;
  const kind = kindOf(n);
  switch (kind) {
    case 'message':
      return messageWebhook({ ...between, mid, text: `What is the price? #${n}` });
    case 'story_reply':
      return storyReplyWebhook({ ...between, mid, storyId: '18000000000000001', text: `Love it! #${n}` });
    case 'postback':
      return postbackWebhook({ ...between, mid, payload: 'ORDER', title: `Order #${n}` });
    case 'comment':
      return commentWebhook({
        ...between,
        commentId: String(FIRST_COMMENT + BigInt(n)),
        mediaId: '17890000000000001',
        username: `customer_${person.slice(-6)}`,
        text: `link please #${n}`,
      });
    default:
      return kind satisfies never;
  }
}

const match = (keyword: string) => ({ mode: 'contains', keywords: [keyword] });

const say = (text: string) => ({ type: 'send_message', text });

/** The automations of each demo account; every answer repeats what it answers. */
export function automationsFor(account: string): object[] {
  const common = { account, enabled: true, priority: 0 };
  return [
    {
      ...common,
      name: 'Price',
      trigger: { type: 'message', match: match('price') },
      actions: [say('It is 49 EUR. You asked: {{event.text}}')],
    },
    {
      ...common,
      name: 'Story',
      trigger: { type: 'story_reply', match: { mode: 'any' } },
      actions: [say('Thank you! You wrote: {{event.text}}')],
    },
    {
      ...common,
      name: 'Order button',
      trigger: { type: 'postback', payload: 'ORDER' },
      actions: [say('Your order is noted: {{event.text}}')],
    },
    {
      ...common,
      name: 'Link',
      trigger: { type: 'comment', match: match('link') },
      actions: [
        { type: 'reply_to_comment', text: 'Sent you a message! {{event.text}}' },
        say('Here is the link: https://example.com/shop {{event.text}}'),
      ],
    },
  ];
}

/** The number in an answer's text; undefined where there is none. */
export function numberIn(text: string): number | undefined {
  const digits = /#(\d+)$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
