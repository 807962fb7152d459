import { describe, expect, it } from '@jest/globals';
import {
  commentWebhook,
  liveCommentWebhook,
  mentionWebhook,
  messageWebhook,
  reactionWebhook,
  type WebhookEnvelope,
} from '../instagram/webhook-samples.js';
import { parseChange } from './change.parser.js';
import type { JsonObject } from './json-fields.js';
import { MalformedEventError } from './webhooks.errors.js';

const account = '17841400000000001';
const person = '2978000000000001';
const entry = { id: account, time: 1752834910, receivedAt: 1752834912000 };
const timestamp = 1752834910000;
const comment = { account, person, commentId: '1805', text: 'price?' };

const parse = (envelope: WebhookEnvelope) =>
  parseChange(envelope.entry[0]!.changes![0] as unknown as JsonObject, entry);
const parseComment = (value: unknown) => parseChange({ field: 'comments', value }, entry);

describe('comments', () => {
  it('reads a comment with all that Instagram may say of it; the entry tells the time in seconds', () => {
    const everything = {
      username: 'ann',
      mediaId: '1789',
      mediaType: 'REELS',
      originalMediaId: '1788',
      adId: '12',
      parentId: '1804',
    };
    expect(parse(commentWebhook({ ...comment, ...everything }))).toEqual({
      kind: 'comment',
      ...comment,
      ...everything,
      timestamp,
      own: false,
    });
  });

  it('reads a comment with the least that Instagram may say of it', () => {
    expect(parseComment({ id: '1805' })).toEqual({
      kind: 'comment',
      account,
      person: null,
      timestamp,
      commentId: '1805',
      text: '',
      own: false,
    });
  });

  it('reads comment_id in place of id', () => {
    expect(parseComment({ comment_id: '1805', text: 'price?', from: { id: person } })).toMatchObject(comment);
  });

  it('reads live comments alike', () => {
    expect(parse(liveCommentWebhook({ ...comment, mediaId: '1789' }))).toMatchObject({
      kind: 'live_comment',
      ...comment,
      mediaId: '1789',
      own: false,
    });
  });

  it.each([
    // As captured: the account's own comment carries its own id, and its scoped id beside it.
    ['by the account', { id: account, self_ig_scoped_id: '2105722729836161' }, true],
    ['by the account under its scoped id', { id: '2105', self_ig_scoped_id: '2105' }, true],
    ['by somebody else', { id: person, self_ig_scoped_id: '2105' }, false],
    ['by nobody that is named', {}, false],
  ])('knows whether it was written %s', (_whom, from, own) => {
    expect(parseComment({ id: '1805', from, text: 'x' })).toMatchObject({ own });
  });

  it('keeps media ids that were sent as numbers', () => {
    expect(parseComment({ id: 1805, media: { id: 1789, ad_id: '178414000000000012345' } })).toMatchObject({
      commentId: '1805',
      mediaId: '1789',
      adId: '178414000000000012345',
    });
  });

  it.each<[string, unknown]>([
    ['value must be an object', undefined],
    ['value must be an object', 'x'],
    ['value must be an object', []],
    ['value.id must be an id', {}],
    ['value.id must be an id', { id: { $ne: null }, comment_id: '1' }],
    ['value.comment_id must be an id', { comment_id: { $ne: null } }],
    ['value.text must be a string', { id: '1', text: { $regex: '' } }],
    ['value.from must be an object', { id: '1', from: 'ann' }],
    ['value.from.id must be an id', { id: '1', from: { id: { $ne: null } } }],
    ['value.from.username must be a string', { id: '1', from: { username: { $ne: null } } }],
    ['value.media.id must be an id', { id: '1', media: { id: ['1'] } }],
    ['value.media.original_media_id must be an id', { id: '1', media: { original_media_id: {} } }],
    ['value.parent_id must be an id', { id: '1', parent_id: { $ne: null } }],
  ])('says what is wrong and where: %s', (reason, value) => {
    expect(() => parseComment(value)).toThrow(MalformedEventError);
    expect(() => parseComment(value)).toThrow(reason);
  });
});

describe('other changes', () => {
  it('reads a mention in a caption and one in a comment', () => {
    const mention = { kind: 'mention', account, person: null, timestamp };
    expect(parse(mentionWebhook({ account, mediaId: '1789' }))).toEqual({ ...mention, mediaId: '1789' });
    expect(parse(mentionWebhook({ account, mediaId: '1789', commentId: '1805' }))).toEqual({
      ...mention,
      mediaId: '1789',
      commentId: '1805',
    });
  });

  it('reads messaging items that come as changes', () => {
    const between = { account, person, timestamp: 1752834910447 };
    const [item] = messageWebhook({ ...between, mid: 'aWdf1', text: 'hi' }).entry[0]!.messaging!;
    expect(parseChange({ field: 'messages', value: item }, entry)).toEqual({
      kind: 'message',
      ...between,
      mid: 'aWdf1',
      text: 'hi',
      attachments: [],
    });
    const [reaction] = reactionWebhook({ ...between, mid: 'aWdf1' }).entry[0]!.messaging!;
    expect(parseChange({ field: 'message_reactions', value: reaction }, entry)).toMatchObject({
      kind: 'reaction',
      ...between,
    });
  });

  it.each([
    ['story_insights', { media_id: '18', reach: 17 }],
    ['messaging_handover', { pass_thread_control: {} }],
    ['standby', { message: { mid: '1', text: 'private' } }],
    ['a_field_of_tomorrow', 'whatever'],
    ['', null],
  ])('names a field that it does not know, without its value: %s', (field, value) => {
    expect(parseChange({ field, value }, entry)).toEqual({
      kind: 'unknown',
      account,
      person: null,
      timestamp,
      about: field,
    });
  });

  it('keeps only the beginning of a field that is no name', () => {
    expect(parseChange({ field: 'f'.repeat(100_000) }, entry)).toMatchObject({ about: 'f'.repeat(200) });
  });

  it('refuses an operator object for the name of the field', () => {
    expect(() => parseChange({ field: { $ne: null }, value: {} }, entry)).toThrow('field must be a string');
  });
});
