import { describe, expect, it } from '@jest/globals';
import {
  commentWebhook,
  echoWebhook,
  editWebhook,
  liveCommentWebhook,
  mentionWebhook,
  mergeWebhooks,
  messageWebhook,
  postbackWebhook,
  quickReplyWebhook,
  reactionWebhook,
  referralWebhook,
  seenWebhook,
  storyMentionWebhook,
  storyReplyWebhook,
} from './webhook-samples.js';

const account = '17841400000000001';
const person = '2978000000000001';
const between = { account, person, timestamp: 1752834910447 };
const mid = 'aWdf1';

describe('samples of messaging webhooks', () => {
  it.each([
    ['message', messageWebhook({ ...between, mid, text: 'hi' }), { message: { mid, text: 'hi' } }],
    [
      'message with media',
      messageWebhook({ ...between, mid, attachments: [{ type: 'image', payload: { url: 'https://x/1' } }] }),
      { message: { mid, attachments: [{ type: 'image', payload: { url: 'https://x/1' } }] } },
    ],
    [
      'story reply',
      storyReplyWebhook({ ...between, mid, text: 'nice', storyId: '18', storyUrl: 'https://x/2' }),
      { message: { mid, text: 'nice', reply_to: { story: { id: '18', url: 'https://x/2' } } } },
    ],
    [
      'story mention',
      storyMentionWebhook({ ...between, mid, url: 'https://x/3' }),
      { message: { mid, attachments: [{ type: 'story_mention', payload: { url: 'https://x/3' } }] } },
    ],
    [
      'quick reply',
      quickReplyWebhook({ ...between, mid, text: 'Yes', payload: 'YES' }),
      { message: { mid, text: 'Yes', quick_reply: { payload: 'YES' } } },
    ],
    [
      'postback',
      postbackWebhook({ ...between, mid, title: 'Menu', payload: 'MENU' }),
      { postback: { mid, title: 'Menu', payload: 'MENU' } },
    ],
    [
      'reaction',
      reactionWebhook({ ...between, mid }),
      { reaction: { mid, action: 'react', reaction: 'love', emoji: '❤️' } },
    ],
    [
      'reaction taken back',
      reactionWebhook({ ...between, mid, action: 'unreact' }),
      { reaction: { mid, action: 'unreact' } },
    ],
    ['seen', seenWebhook({ ...between, mid }), { read: { mid } }],
    [
      'edit',
      editWebhook({ ...between, mid, text: 'hello' }),
      { message_edit: { mid, text: 'hello', num_edit: 1 } },
    ],
    [
      'referral',
      referralWebhook({ ...between, referral: { ref: 'spring' } }),
      { referral: { ref: 'spring', source: 'SHORTLINK', type: 'OPEN_THREAD' } },
    ],
  ])('%s: from the person to the account, in milliseconds', (_kind, envelope, content) => {
    const item = { sender: { id: person }, recipient: { id: account }, timestamp: 1752834910447, ...content };
    expect(envelope).toEqual({
      object: 'instagram',
      entry: [{ id: account, time: 1752834910447, messaging: [item] }],
    });
  });

  it('swaps sender and recipient in an echo', () => {
    const envelope = echoWebhook({ ...between, mid, text: 'hi' });
    expect(envelope.entry[0]!.messaging).toEqual([
      {
        sender: { id: account },
        recipient: { id: person },
        timestamp: 1752834910447,
        message: { mid, text: 'hi', is_echo: true },
      },
    ]);
  });

  it('gives each message an id of its own', () => {
    const ids = new Set(Array.from({ length: 100 }, () => JSON.stringify(messageWebhook(between))));
    expect(ids.size).toBe(100);
    expect([...ids].every((text) => text.includes('"mid":"aWdf'))).toBe(true);
  });
});

describe('samples of comment webhooks', () => {
  const value = {
    id: '1805',
    from: { id: person, username: 'ann' },
    media: { id: '1789', media_product_type: 'REELS', original_media_id: '1788', ad_id: '12' },
    text: 'price?',
    parent_id: '1804',
  };
  const input = {
    ...between,
    commentId: '1805',
    username: 'ann',
    mediaId: '1789',
    mediaType: 'REELS',
    originalMediaId: '1788',
    adId: '12',
    text: 'price?',
    parentId: '1804',
  };

  it.each([
    ['comments', commentWebhook(input)],
    ['live_comments', liveCommentWebhook(input)],
  ])('%s: one change, in seconds', (field, envelope) => {
    expect(envelope).toEqual({
      object: 'instagram',
      entry: [{ id: account, time: 1752834910, changes: [{ field, value }] }],
    });
  });

  it('makes up what is not given, with 17-digit comment ids', () => {
    const { changes } = commentWebhook({ account, person, text: 'hi' }).entry[0]!;
    expect(changes![0]!.value).toEqual({
      id: expect.stringMatching(/^180\d{14}$/),
      from: { id: person, username: 'person_000001' },
      media: { id: expect.any(String), media_product_type: 'FEED' },
      text: 'hi',
    });
  });

  it('mentions: in a caption or in a comment', () => {
    expect(mentionWebhook({ account, mediaId: '1', timestamp: 5000 }).entry).toEqual([
      { id: account, time: 5, changes: [{ field: 'mentions', value: { media_id: '1' } }] },
    ]);
    expect(mentionWebhook({ account, mediaId: '1', commentId: '2' }).entry[0]!.changes).toEqual([
      { field: 'mentions', value: { media_id: '1', comment_id: '2' } },
    ]);
  });
});

describe('mergeWebhooks', () => {
  it('puts all entries into one envelope, in order', () => {
    const [first, second] = [messageWebhook(between), commentWebhook({ ...between, text: 'x' })];
    expect(mergeWebhooks([first, second])).toEqual({
      object: 'instagram',
      entry: [first.entry[0], second.entry[0]],
    });
  });
});
