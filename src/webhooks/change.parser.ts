import type { InstagramEvent } from '../instagram/instagram-event.js';
import { firstTime } from './event-time.js';
import { defined, optionalId, optionalObject, optionalString, type JsonObject } from './json-fields.js';
import { parseMessaging, type EntryContext } from './messaging.parser.js';
import { MalformedEventError } from './webhooks.errors.js';

/** Fields whose `value` is a messaging item: the app dashboard's test button sends them as changes. */
const MESSAGING_FIELDS = new Set([
  'messages',
  'message_edit',
  'message_reactions',
  'messaging_postbacks',
  'messaging_referral',
  'messaging_seen',
]);

/**
 * Turns one change (`field` and `value`) into an event.
 *
 * @throws {MalformedEventError} when a field that is there has another type than Instagram's
 */
export function parseChange(change: JsonObject, entry: EntryContext): InstagramEvent {
  const name = optionalString(change, 'field', 'field') ?? '';
  const timestamp = firstTime(entry.time) ?? entry.receivedAt;
  if (MESSAGING_FIELDS.has(name)) return parseMessaging(valueOf(change), entry);
  switch (name) {
    case 'comments':
      return { kind: 'comment', ...parseComment(valueOf(change), entry.id, timestamp) };
    case 'live_comments':
      return { kind: 'live_comment', ...parseComment(valueOf(change), entry.id, timestamp) };
    case 'mentions':
      return {
        kind: 'mention',
        account: entry.id,
        person: null,
        timestamp,
        ...parseMention(valueOf(change)),
      };
    default:
      return { kind: 'unknown', account: entry.id, person: null, timestamp, about: name.slice(0, 200) };
  }
}

function valueOf(change: JsonObject): JsonObject {
  const value = optionalObject(change, 'value', 'value');
  if (!value) throw new MalformedEventError('value', 'an object');
  return value;
}

function parseComment(value: JsonObject, account: string, timestamp: number) {
  const from = optionalObject(value, 'from', 'value.from') ?? {};
  const media = optionalObject(value, 'media', 'value.media') ?? {};
  // `comment_id` in place of `id`: in the examples of Facebook Login.
  const commentId =
    optionalId(value, 'id', 'value.id') ?? optionalId(value, 'comment_id', 'value.comment_id');
  if (commentId === undefined) throw new MalformedEventError('value.id', 'an id');
  const person = optionalId(from, 'id', 'value.from.id') ?? null;
  const selfId = optionalId(from, 'self_ig_scoped_id', 'value.from.self_ig_scoped_id');
  return {
    account,
    person,
    timestamp,
    commentId,
    text: optionalString(value, 'text', 'value.text') ?? '',
    own: person !== null && (person === account || person === selfId),
    ...defined({
      username: optionalString(from, 'username', 'value.from.username'),
      mediaId: optionalId(media, 'id', 'value.media.id'),
      mediaType: optionalString(media, 'media_product_type', 'value.media.media_product_type'),
      originalMediaId: optionalId(media, 'original_media_id', 'value.media.original_media_id'),
      adId: optionalId(media, 'ad_id', 'value.media.ad_id'),
      parentId: optionalId(value, 'parent_id', 'value.parent_id'),
    }),
  };
}

const parseMention = (value: JsonObject) =>
  defined({
    mediaId: optionalId(value, 'media_id', 'value.media_id'),
    commentId: optionalId(value, 'comment_id', 'value.comment_id'),
  });
