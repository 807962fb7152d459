import { describe, expect, it } from '@jest/globals';
import {
  echoWebhook,
  editWebhook,
  messageWebhook,
  postbackWebhook,
  quickReplyWebhook,
  reactionWebhook,
  referralWebhook,
  seenWebhook,
  storyMentionWebhook,
  storyReplyWebhook,
  type WebhookEnvelope,
} from '../instagram/webhook-samples.js';
import type { JsonObject } from './json-fields.js';
import { parseMessaging, parseStandby } from './messaging.parser.js';
import { MalformedEventError } from './webhooks.errors.js';

const account = '17841400000000001';
const person = '2978000000000001';
const timestamp = 1752834910447;
const mid = 'aWdf1';
const between = { account, person, timestamp };
const entry = { id: account, time: 1752834911539, receivedAt: 1752834912000 };

const parseItem = (content: object) =>
  parseMessaging(
    { sender: { id: person }, recipient: { id: account }, timestamp, ...content } as JsonObject,
    entry,
  );
const parse = (envelope: WebhookEnvelope) =>
  parseMessaging(envelope.entry[0]!.messaging![0] as JsonObject, entry);

describe('messages', () => {
  it('reads a text', () => {
    expect(parse(messageWebhook({ ...between, mid, text: 'hi' }))).toEqual({
      kind: 'message',
      ...between,
      mid,
      text: 'hi',
      attachments: [],
    });
  });

  it.each([
    'image',
    'video',
    'audio',
    'file',
    'share',
    'ig_post',
    'ig_reel',
    'reel',
    'story',
    'ig_story',
    'a_type_of_tomorrow',
  ])('reads an attachment of type %s', (type) => {
    const attachments = [{ type, payload: { url: 'https://x/1', ig_post_media_id: '18', title: 'T' } }];
    expect(parseItem({ message: { mid, attachments } })).toEqual({
      kind: 'message',
      ...between,
      mid,
      attachments: [{ type, url: 'https://x/1' }],
    });
  });

  it('reads ephemeral media, which have no URL, and attachments without a type', () => {
    expect(parseItem({ message: { mid, attachments: [{ type: 'ephemeral' }, { payload: null }] } })).toEqual({
      kind: 'message',
      ...between,
      mid,
      attachments: [{ type: 'ephemeral' }, { type: 'unknown' }],
    });
  });

  it('keeps a text beside attachments, and the order of those', () => {
    const attachments = ['image', 'video', 'image'].map((type, n) => ({
      type,
      payload: { url: `https://x/${n}` },
    }));
    expect(parse(messageWebhook({ ...between, mid, text: 'look', attachments }))).toMatchObject({
      text: 'look',
      attachments: [
        { type: 'image', url: 'https://x/0' },
        { type: 'video', url: 'https://x/1' },
        { type: 'image', url: 'https://x/2' },
      ],
    });
  });

  it('tells a reply to a story from a reply to a message', () => {
    const story = { id: '18', url: 'https://x/2' };
    const toStory = storyReplyWebhook({ ...between, mid, text: 'nice', storyId: '18', storyUrl: story.url });
    expect(parse(toStory)).toEqual({
      kind: 'story_reply',
      ...between,
      mid,
      text: 'nice',
      attachments: [],
      story,
    });
    expect(parse(messageWebhook({ ...between, mid, text: 'yes', replyTo: { mid: 'aWdf0' } }))).toEqual({
      kind: 'message',
      ...between,
      mid,
      text: 'yes',
      attachments: [],
      replyToMid: 'aWdf0',
    });
  });

  it('reads a reply to a story that carries no URL', () => {
    expect(parseItem({ message: { mid, text: 'x', reply_to: { story: { id: '18' } } } })).toMatchObject({
      kind: 'story_reply',
      story: { id: '18' },
    });
  });

  it('reads a story that mentions the account', () => {
    expect(parse(storyMentionWebhook({ ...between, mid, url: 'https://x/3' }))).toEqual({
      kind: 'story_mention',
      ...between,
      mid,
      attachments: [{ type: 'story_mention', url: 'https://x/3' }],
    });
  });

  it('reads a tapped quick reply', () => {
    expect(parse(quickReplyWebhook({ ...between, mid, text: 'Yes', payload: 'YES' }))).toEqual({
      kind: 'quick_reply',
      ...between,
      mid,
      text: 'Yes',
      attachments: [],
      payload: 'YES',
    });
  });

  it('reads an ad in a message, without its media', () => {
    const referral = { ref: 'spring', ad_id: '120', source: 'ADS', type: 'OPEN_THREAD' };
    const message = { mid, text: 'hi', referral: { ...referral, ads_context_data: { ad_title: 'T' } } };
    expect(parseItem({ message })).toMatchObject({
      kind: 'message',
      referral: { ref: 'spring', adId: '120', source: 'ADS', type: 'OPEN_THREAD' },
    });
  });

  it('reads an ig.me link in a message', () => {
    const referral = { ref: 'spring', source: '<IGME_SOURCE_LINK>', type: 'OPEN_THREAD' };
    expect(parse(messageWebhook({ ...between, mid, text: 'hi', referral }))).toMatchObject({
      kind: 'message',
      referral,
    });
  });

  it('marks what was deleted or cannot be shown', () => {
    expect(parseItem({ message: { mid, is_deleted: true } })).toEqual({
      kind: 'message',
      ...between,
      mid,
      attachments: [],
      deleted: true,
    });
    expect(parseItem({ message: { mid, is_unsupported: true } })).toMatchObject({ unsupported: true });
    expect(parseItem({ message: { mid, text: 'x', is_deleted: false, is_unsupported: false } })).toEqual({
      kind: 'message',
      ...between,
      mid,
      text: 'x',
      attachments: [],
    });
  });
});

describe('messages of the account itself', () => {
  it('takes the sender of an echo for the account, whatever the message holds', () => {
    expect(parse(echoWebhook({ ...between, mid, text: 'hi' }))).toEqual({
      kind: 'echo',
      ...between,
      mid,
      text: 'hi',
      attachments: [],
    });
    const message = {
      mid,
      is_echo: true,
      reply_to: { story: { id: '18' } },
      quick_reply: { payload: 'X' },
      attachments: [{ type: 'story_mention', payload: { url: 'https://x/1' } }],
    };
    expect(parseItem({ sender: { id: account }, recipient: { id: person }, message })).toMatchObject({
      kind: 'echo',
      account,
      person,
    });
  });

  it('marks a message of the account to itself', () => {
    const message = { mid, text: 'note', is_self: true };
    const parties = { sender: { id: account }, recipient: { id: account } };
    expect(parseItem({ ...parties, message })).toMatchObject({ kind: 'echo', self: true, account });
    expect(parseItem({ ...parties, message: { ...message, is_echo: true } })).toMatchObject({ self: true });
  });
});

describe('other messaging items', () => {
  it('finds the account of a postback by its recipient: the entry may carry the person', () => {
    const [item] = postbackWebhook({ ...between, mid, title: 'Menu', payload: 'MENU' }).entry[0]!.messaging!;
    expect(parseMessaging(item as JsonObject, { ...entry, id: person })).toEqual({
      kind: 'postback',
      ...between,
      mid,
      title: 'Menu',
      payload: 'MENU',
    });
  });

  it('reads a postback with a referral, and one without an id, a title or a payload', () => {
    const referral = { ref: 'spring', source: 'ADS', type: 'OPEN_THREAD', ad_id: '12' };
    expect(parse(postbackWebhook({ ...between, mid, payload: 'START', referral }))).toMatchObject({
      referral: { ref: 'spring', source: 'ADS', type: 'OPEN_THREAD', adId: '12' },
    });
    expect(parseItem({ postback: {} })).toEqual({ kind: 'postback', ...between, payload: '' });
  });

  it('reads a reaction and one that is taken back', () => {
    expect(parse(reactionWebhook({ ...between, mid }))).toEqual({
      kind: 'reaction',
      ...between,
      mid,
      action: 'react',
      reaction: 'love',
      emoji: '❤️',
    });
    expect(parse(reactionWebhook({ ...between, mid, action: 'unreact' }))).toEqual({
      kind: 'reaction',
      ...between,
      mid,
      action: 'unreact',
    });
  });

  it('reads that a message was seen, also where it is not said which', () => {
    expect(parse(seenWebhook({ ...between, mid }))).toEqual({ kind: 'seen', ...between, mid });
    expect(parseItem({ read: { watermark: 1752834910447 } })).toEqual({ kind: 'seen', ...between });
  });

  it('reads an edit', () => {
    expect(parse(editWebhook({ ...between, mid, text: 'hello', edits: 2 }))).toEqual({
      kind: 'edit',
      ...between,
      mid,
      text: 'hello',
      edits: 2,
    });
  });

  it('reads the edit without a sender, a recipient and a text that comes with new messages', () => {
    expect(parseMessaging({ timestamp, message_edit: { mid, num_edit: 0 } }, entry)).toEqual({
      kind: 'edit',
      account,
      person: null,
      timestamp,
      mid,
      edits: 0,
    });
  });

  it.each([{ $gt: 0 }, [1], true, -1, 1.5, '1e3', ''])(
    'refuses %j for the number of edits',
    (edits: unknown) => {
      expect(() => parseItem({ message_edit: { mid, num_edit: edits } })).toThrow(
        'message_edit.num_edit must be a whole number',
      );
    },
  );

  it('reads an ig.me link in a conversation that was open', () => {
    expect(parse(referralWebhook({ ...between, referral: { ref: 'spring' } }))).toEqual({
      kind: 'referral',
      ...between,
      referral: { ref: 'spring', source: 'SHORTLINK', type: 'OPEN_THREAD' },
    });
  });

  it('names what it does not know, without its content', () => {
    expect(parseItem({ optin: { token: 'x' }, pass_thread_control: {} })).toEqual({
      kind: 'unknown',
      ...between,
      about: 'optin,pass_thread_control',
    });
    expect(parseItem({ ['k'.repeat(5000)]: 1 })).toMatchObject({ about: 'k'.repeat(200) });
  });

  it('keeps nothing of what is written in a conversation that another app holds', () => {
    const [item] = messageWebhook({ ...between, mid, text: 'private' }).entry[0]!.messaging!;
    expect(parseStandby(item as JsonObject, entry)).toEqual({
      kind: 'unknown',
      ...between,
      about: 'standby',
    });
  });
});

describe('what Instagram leaves out or sends in another type', () => {
  it('takes the time of the entry, then that of receipt, where an item has none', () => {
    const item = { message: { mid, text: 'x' } };
    expect(parseMessaging(item, entry).timestamp).toBe(1752834911539);
    expect(parseMessaging(item, { ...entry, time: undefined }).timestamp).toBe(1752834912000);
  });

  it('takes ids that are numbers for the same ids as strings', () => {
    const parties = { sender: { id: 2978000000000001 }, recipient: { id: '17841400000000001' } };
    expect(parseItem({ ...parties, message: { mid, text: 'x' } })).toMatchObject({ account, person });
  });

  it.each<[string, object]>([
    ['message must be an object', { message: 'hi' }],
    ['message.mid must be an id', { message: { text: 'hi' } }],
    ['message.mid must be an id', { message: { mid: '', text: 'hi' } }],
    ['message.mid must be an id', { message: { mid: { $ne: null } } }],
    ['message.mid must be an id', { message: { mid: 'm'.repeat(513) } }],
    ['message.text must be a string', { message: { mid, text: { $ne: null } } }],
    ['message.text must be a string', { message: { mid, text: 5 } }],
    ['message.attachments must be a list', { message: { mid, attachments: { $gt: '' } } }],
    ['message.attachments.1 must be an object', { message: { mid, attachments: [{}, 'image'] } }],
    ['message.attachments.0.type must be a string', { message: { mid, attachments: [{ type: {} }] } }],
    [
      'message.attachments.0.payload.url must be a string',
      { message: { mid, attachments: [{ type: 'image', payload: { url: { $ne: null } } }] } },
    ],
    ['message.reply_to.mid must be an id', { message: { mid, reply_to: { mid: { $ne: null } } } }],
    ['message.reply_to.story.id must be an id', { message: { mid, reply_to: { story: {} } } }],
    [
      'message.reply_to.story.url must be a string',
      { message: { mid, reply_to: { story: { id: '1', url: [] } } } },
    ],
    ['message.quick_reply.payload must be a string', { message: { mid, quick_reply: { payload: {} } } }],
    ['message.referral.ref must be a string', { message: { mid, referral: { ref: { $ne: null } } } }],
    ['postback.payload must be a string', { postback: { payload: { $ne: null } } }],
    ['postback.referral.ad_id must be an id', { postback: { referral: { ad_id: 1.5 } } }],
    ['reaction.mid must be an id', { reaction: { action: 'react' } }],
    ['reaction.emoji must be a string', { reaction: { mid, emoji: { $ne: null } } }],
    ['read.mid must be an id', { read: { mid: { $ne: null } } }],
    ['message_edit.mid must be an id', { message_edit: {} }],
    ['referral.source must be a string', { referral: { source: { $ne: null } } }],
    ['sender.id must be an id', { sender: { id: { $ne: null } }, message: { mid } }],
    ['recipient must be an object', { recipient: account, message: { mid } }],
  ])('says what is wrong and where: %s', (reason, content) => {
    expect(() => parseItem(content)).toThrow(MalformedEventError);
    expect(() => parseItem(content)).toThrow(reason);
  });

  it.each(['message', 'postback', 'reaction', 'read', 'message_edit', 'referral', 'sender'])(
    'takes %s: null for absent',
    (name) => {
      expect(parseItem({ [name]: null })).toMatchObject({ kind: 'unknown', account });
    },
  );

  it('sees own fields only', () => {
    const item = JSON.parse('{"__proto__":{"message":{"mid":"1","text":"x"}},"message":null}') as JsonObject;
    expect(parseMessaging(item, entry)).toMatchObject({ kind: 'unknown' });
    const inherited = Object.create({ message: { mid, text: 'x' } }) as JsonObject;
    expect(parseMessaging(inherited, entry)).toMatchObject({ kind: 'unknown' });
  });
});
