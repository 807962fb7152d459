import { randomInt } from 'node:crypto';
import { randomMessageId } from './message-id.js';

/** One POST body as Instagram sends it, before it is turned into JSON and signed. */
export interface WebhookEnvelope {
  object: 'instagram';
  entry: WebhookEntry[];
}

export interface WebhookEntry {
  id: string;
  /** Milliseconds where `messaging` is given, seconds where `changes` is. */
  time: number;
  messaging?: object[];
  changes?: { field: string; value: object }[];
}

/** Who wrote to which account, and when; ids are Instagram's, as decimal strings. */
export interface Between {
  account: string;
  person: string;
  /** ms since the epoch; now by default. */
  timestamp?: number;
}

export interface MessageInput extends Between {
  mid?: string;
  text?: string;
  attachments?: { type: string; payload?: { url?: string } }[];
  replyTo?: { mid: string } | { story: { id: string; url?: string } };
  /** An ad, or an ig.me link, that the person came by. */
  referral?: ReferralInput;
  /** `is_deleted`, `is_unsupported`, `is_self`, … */
  flags?: Record<string, boolean>;
}

export interface ReferralInput {
  ref?: string;
  source?: string;
  type?: string;
  ad_id?: string;
}

export interface CommentInput extends Between {
  commentId?: string;
  text: string;
  username?: string;
  mediaId?: string;
  mediaType?: string;
  originalMediaId?: string;
  adId?: string;
  /** Makes the comment a reply to another one. */
  parentId?: string;
}

/** A text message, or one with attachments. */
export function messageWebhook(input: MessageInput): WebhookEnvelope {
  return messaging(input, { message: messageOf(input) });
}

export function storyReplyWebhook(
  input: MessageInput & { storyId?: string; storyUrl?: string },
): WebhookEnvelope {
  const id = input.storyId ?? randomId('18');
  const story = { id, url: input.storyUrl ?? `https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=${id}` };
  return messageWebhook({ ...input, replyTo: { story } });
}

export function storyMentionWebhook(input: MessageInput & { url?: string }): WebhookEnvelope {
  const url = input.url ?? 'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1';
  return messageWebhook({ ...input, attachments: [{ type: 'story_mention', payload: { url } }] });
}

/** A tapped quick reply: its title is the message's text. */
export function quickReplyWebhook(input: MessageInput & { payload: string }): WebhookEnvelope {
  return messaging(input, { message: { ...messageOf(input), quick_reply: { payload: input.payload } } });
}

/** What the account itself sent, as Instagram reports it back: sender and recipient are swapped. */
export function echoWebhook(input: MessageInput): WebhookEnvelope {
  return messaging(input, { message: { ...messageOf(input), is_echo: true } }, 'from-account');
}

/** A tapped button, ice breaker or menu item. */
export function postbackWebhook(
  input: Between & { payload: string; title?: string; mid?: string; referral?: ReferralInput },
): WebhookEnvelope {
  const { payload, title = payload, mid = randomMessageId(), referral } = input;
  return messaging(input, { postback: { mid, title, payload, ...(referral && { referral }) } });
}

export function reactionWebhook(
  input: Between & { mid: string; reaction?: string; emoji?: string; action?: 'react' | 'unreact' },
): WebhookEnvelope {
  const { mid, action = 'react', reaction = 'love', emoji = '❤️' } = input;
  return messaging(input, { reaction: { mid, action, ...(action === 'react' && { reaction, emoji }) } });
}

export function seenWebhook(input: Between & { mid: string }): WebhookEnvelope {
  return messaging(input, { read: { mid: input.mid } });
}

export function editWebhook(
  input: Between & { mid: string; text?: string; edits?: number },
): WebhookEnvelope {
  const { mid, text, edits = 1 } = input;
  return messaging(input, { message_edit: { mid, ...(text !== undefined && { text }), num_edit: edits } });
}

/** An ig.me link that was followed by somebody who had a conversation with the account already. */
export function referralWebhook(input: Between & { referral: ReferralInput }): WebhookEnvelope {
  return messaging(input, { referral: { source: 'SHORTLINK', type: 'OPEN_THREAD', ...input.referral } });
}

export function commentWebhook(input: CommentInput): WebhookEnvelope {
  return change(input, 'comments', commentOf(input));
}

export function liveCommentWebhook(input: CommentInput): WebhookEnvelope {
  return change(input, 'live_comments', commentOf(input));
}

/** The account was mentioned under somebody else's post: in its caption, or in a comment if `commentId` is given. */
export function mentionWebhook(input: {
  account: string;
  mediaId: string;
  commentId?: string;
  timestamp?: number;
}): WebhookEnvelope {
  const { mediaId, commentId } = input;
  return change(input, 'mentions', { media_id: mediaId, ...(commentId && { comment_id: commentId }) });
}

/** Several deliveries in one POST: Instagram sends up to 1,000 updates at once. */
export function mergeWebhooks(envelopes: readonly WebhookEnvelope[]): WebhookEnvelope {
  return { object: 'instagram', entry: envelopes.flatMap(({ entry }) => entry) };
}

function messaging(input: Between, content: object, direction = 'to-account'): WebhookEnvelope {
  const { account, person, timestamp = Date.now() } = input;
  const [sender, recipient] = direction === 'to-account' ? [person, account] : [account, person];
  const item = { sender: { id: sender }, recipient: { id: recipient }, timestamp, ...content };
  return { object: 'instagram', entry: [{ id: account, time: timestamp, messaging: [item] }] };
}

function change(
  { account, timestamp = Date.now() }: { account: string; timestamp?: number },
  field: string,
  value: object,
): WebhookEnvelope {
  const time = Math.floor(timestamp / 1000);
  return { object: 'instagram', entry: [{ id: account, time, changes: [{ field, value }] }] };
}

function messageOf({ mid = randomMessageId(), ...input }: MessageInput): object {
  return {
    mid,
    ...(input.text !== undefined && { text: input.text }),
    ...(input.attachments && { attachments: input.attachments }),
    ...(input.replyTo && { reply_to: input.replyTo }),
    ...(input.referral && { referral: input.referral }),
    ...input.flags,
  };
}

function commentOf(input: CommentInput): object {
  return {
    id: input.commentId ?? randomId('180'),
    from: { id: input.person, username: input.username ?? `person_${input.person.slice(-6)}` },
    media: {
      id: input.mediaId ?? '17890000000000001',
      media_product_type: input.mediaType ?? 'FEED',
      ...(input.originalMediaId && { original_media_id: input.originalMediaId }),
      ...(input.adId && { ad_id: input.adId }),
    },
    text: input.text,
    ...(input.parentId && { parent_id: input.parentId }),
  };
}

/** 17 digits, as Instagram's ids of comments and stories. */
function randomId(prefix: string): string {
  const digits = 17 - prefix.length;
  return (
    prefix +
    String(randomInt(2 ** 47))
      .padStart(digits, '0')
      .slice(-digits)
  );
}
