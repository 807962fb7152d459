import type { Attachment, InstagramEvent, Referral } from '../instagram/instagram-event.js';
import { firstTime } from './event-time.js';
import {
  defined,
  isObject,
  isTrue,
  optionalArray,
  optionalCount,
  optionalId,
  optionalObject,
  optionalString,
  requiredId,
  type JsonObject,
} from './json-fields.js';
import { MalformedEventError } from './webhooks.errors.js';

/** What the entry around an item says of it. */
export interface EntryContext {
  id: string;
  time: unknown;
  receivedAt: number;
}

interface Parties {
  account: string;
  person: string | null;
  timestamp: number;
}

/** Another app holds this conversation: what was written there is none of this program's business. */
export function parseStandby(item: JsonObject, entry: EntryContext): InstagramEvent {
  const { account, person, timestamp } = parseMessaging(item, entry);
  return { kind: 'unknown', account, person, timestamp, about: 'standby' };
}

/**
 * Turns one item of `entry.messaging` into an event.
 *
 * @throws {MalformedEventError} when a field that is there has another type than Instagram's
 */
export function parseMessaging(item: JsonObject, entry: EntryContext): InstagramEvent {
  const message = optionalObject(item, 'message', 'message');
  const parties = partiesOf(item, entry, message !== undefined && isOwnMessage(message));
  if (message) return parseMessage(message, parties);
  const postback = optionalObject(item, 'postback', 'postback');
  if (postback) return parsePostback(postback, parties);
  const reaction = optionalObject(item, 'reaction', 'reaction');
  if (reaction) return parseReaction(reaction, parties);
  const read = optionalObject(item, 'read', 'read');
  if (read) return { kind: 'seen', ...parties, ...defined({ mid: optionalId(read, 'mid', 'read.mid') }) };
  const edit = optionalObject(item, 'message_edit', 'message_edit');
  if (edit) return parseEdit(edit, parties);
  const referral = optionalObject(item, 'referral', 'referral');
  if (referral) return { kind: 'referral', ...parties, referral: parseReferral(referral, 'referral') };
  return { kind: 'unknown', ...parties, about: keysOf(item) };
}

const isOwnMessage = (message: JsonObject) => isTrue(message, 'is_echo') || isTrue(message, 'is_self');

/**
 * The account is who received, or, of its own messages, who sent: not `entry.id`, which Instagram's examples fill with
 * the person's id on postbacks. Edits without sender and recipient were seen; there the entry is all there is.
 */
function partiesOf(item: JsonObject, entry: EntryContext, own: boolean): Parties {
  const sender = partyId(item, 'sender');
  const recipient = partyId(item, 'recipient');
  const account = (own ? sender : recipient) ?? entry.id;
  const person = (own ? recipient : sender) ?? null;
  const timestamp = firstTime(item['timestamp'], entry.time) ?? entry.receivedAt;
  return { account, person, timestamp };
}

function partyId(item: JsonObject, name: 'sender' | 'recipient'): string | undefined {
  const party = optionalObject(item, name, name);
  return party && optionalId(party, 'id', `${name}.id`);
}

function parseMessage(message: JsonObject, parties: Parties): InstagramEvent {
  const content = { ...parties, ...parseContent(message) };
  if (isOwnMessage(message))
    return { kind: 'echo', ...content, ...(isTrue(message, 'is_self') && { self: true }) };
  const quickReply = optionalObject(message, 'quick_reply', 'message.quick_reply');
  if (quickReply) {
    const payload = optionalString(quickReply, 'payload', 'message.quick_reply.payload') ?? '';
    return { kind: 'quick_reply', ...content, payload };
  }
  const replyTo = optionalObject(message, 'reply_to', 'message.reply_to');
  const story = replyTo && optionalObject(replyTo, 'story', 'message.reply_to.story');
  if (story) {
    const id = requiredId(story, 'id', 'message.reply_to.story.id');
    const url = optionalString(story, 'url', 'message.reply_to.story.url');
    return { kind: 'story_reply', ...content, story: { id, ...defined({ url }) } };
  }
  const mentions = content.attachments.some(({ type }) => type === 'story_mention');
  return { kind: mentions ? 'story_mention' : 'message', ...content };
}

function parseContent(message: JsonObject) {
  const replyTo = optionalObject(message, 'reply_to', 'message.reply_to');
  const referral = optionalObject(message, 'referral', 'message.referral');
  return {
    mid: requiredId(message, 'mid', 'message.mid'),
    attachments: optionalArray(message, 'attachments', 'message.attachments').map(parseAttachment),
    ...defined({
      text: optionalString(message, 'text', 'message.text'),
      replyToMid: replyTo && optionalId(replyTo, 'mid', 'message.reply_to.mid'),
      referral: referral && parseReferral(referral, 'message.referral'),
      deleted: isTrue(message, 'is_deleted') || undefined,
      unsupported: isTrue(message, 'is_unsupported') || undefined,
    }),
  };
}

function parseAttachment(attachment: unknown, index: number): Attachment {
  const path = `message.attachments.${index}`;
  if (!isObject(attachment)) throw new MalformedEventError(path, 'an object');
  const payload = optionalObject(attachment, 'payload', `${path}.payload`);
  return {
    type: optionalString(attachment, 'type', `${path}.type`) ?? 'unknown',
    ...defined({ url: payload && optionalString(payload, 'url', `${path}.payload.url`) }),
  };
}

function parsePostback(postback: JsonObject, parties: Parties): InstagramEvent {
  const referral = optionalObject(postback, 'referral', 'postback.referral');
  return {
    kind: 'postback',
    ...parties,
    payload: optionalString(postback, 'payload', 'postback.payload') ?? '',
    ...defined({
      mid: optionalId(postback, 'mid', 'postback.mid'),
      title: optionalString(postback, 'title', 'postback.title'),
      referral: referral && parseReferral(referral, 'postback.referral'),
    }),
  };
}

function parseReaction(reaction: JsonObject, parties: Parties): InstagramEvent {
  const action = optionalString(reaction, 'action', 'reaction.action');
  return {
    kind: 'reaction',
    ...parties,
    mid: requiredId(reaction, 'mid', 'reaction.mid'),
    action: action === 'unreact' ? 'unreact' : 'react',
    ...defined({
      reaction: optionalString(reaction, 'reaction', 'reaction.reaction'),
      emoji: optionalString(reaction, 'emoji', 'reaction.emoji'),
    }),
  };
}

function parseEdit(edit: JsonObject, parties: Parties): InstagramEvent {
  return {
    kind: 'edit',
    ...parties,
    mid: requiredId(edit, 'mid', 'message_edit.mid'),
    edits: optionalCount(edit, 'num_edit', 'message_edit.num_edit') ?? 0,
    ...defined({ text: optionalString(edit, 'text', 'message_edit.text') }),
  };
}

function parseReferral(referral: JsonObject, path: string): Referral {
  return defined({
    ref: optionalString(referral, 'ref', `${path}.ref`),
    source: optionalString(referral, 'source', `${path}.source`),
    type: optionalString(referral, 'type', `${path}.type`),
    adId: optionalId(referral, 'ad_id', `${path}.ad_id`),
  });
}

const ADDRESSING = new Set(['sender', 'recipient', 'timestamp']);
const MAX_ABOUT_LENGTH = 200;

const keysOf = (item: JsonObject) =>
  Object.keys(item)
    .filter((key) => !ADDRESSING.has(key))
    .join(',')
    .slice(0, MAX_ABOUT_LENGTH);
