import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
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
  type WebhookEnvelope,
} from '../instagram/webhook-samples.js';
import { parseEnvelope } from './envelope.parser.js';

const account = '17841400000000001';
const person = '2978000000000001';
const between = { account, person, timestamp: 1752834910447 };
const mid = 'aWdf1';

const identitiesOf = (body: unknown, receivedAt = 1752834912000) =>
  parseEnvelope(body, receivedAt).events.map(({ identity }) => identity);
const identityOf = (body: unknown, receivedAt?: number) => identitiesOf(body, receivedAt)[0]!;

/** As Instagram would send it a day later: the same bytes, at another time. */
const again = (envelope: WebhookEnvelope) => JSON.parse(JSON.stringify(envelope)) as WebhookEnvelope;

const withOwnId: [string, WebhookEnvelope][] = [
  ['message', messageWebhook({ ...between, mid, text: 'hi' })],
  ['deleted message', messageWebhook({ ...between, mid, flags: { is_deleted: true } })],
  ['echo', echoWebhook({ ...between, mid, text: 'hi' })],
  ['deleted echo', echoWebhook({ ...between, mid, flags: { is_deleted: true } })],
  ['other message', messageWebhook({ ...between, mid: 'aWdf2', text: 'hi' })],
  ['story reply', storyReplyWebhook({ ...between, mid: 'aWdf3', text: 'hi' })],
  ['story mention', storyMentionWebhook({ ...between, mid: 'aWdf4' })],
  ['quick reply', quickReplyWebhook({ ...between, mid: 'aWdf5', text: 'Yes', payload: 'YES' })],
  ['postback', postbackWebhook({ ...between, mid, payload: 'MENU' })],
  ['edit', editWebhook({ ...between, mid, text: 'hello', edits: 1 })],
  ['second edit', editWebhook({ ...between, mid, text: 'hello!', edits: 2 })],
  ['edit that is none', editWebhook({ ...between, mid, edits: 0 })],
  ['comment', commentWebhook({ ...between, commentId: '1805', text: 'price?' })],
  ['other comment', commentWebhook({ ...between, commentId: '1806', text: 'price?' })],
  ['live comment', liveCommentWebhook({ ...between, commentId: '1807', text: 'price?' })],
  ['mention in a caption', mentionWebhook({ account, mediaId: '1805' })],
  ['mention in a comment', mentionWebhook({ account, mediaId: '1805', commentId: '1805' })],
  ['message to another account', messageWebhook({ ...between, account: '17841400000000003', mid })],
];

const withoutOwnId: [string, WebhookEnvelope][] = [
  ['reaction', reactionWebhook({ ...between, mid })],
  ['reaction taken back', reactionWebhook({ ...between, mid, action: 'unreact' })],
  ['other reaction', reactionWebhook({ ...between, mid, reaction: 'sad', emoji: '😢' })],
  ['reaction of another person', reactionWebhook({ ...between, person: '2978000000000002', mid })],
  ['seen', seenWebhook({ ...between, mid })],
  ['referral', referralWebhook({ ...between, referral: { ref: 'spring' } })],
  ['other referral', referralWebhook({ ...between, referral: { ref: 'summer' } })],
];

describe('the identity of an event', () => {
  it.each(withOwnId)('comes from its own id: %s', (_kind, envelope) => {
    expect(identityOf(envelope)).toEqual({ key: expect.stringContaining(':'), ownId: true });
    expect(identityOf(again(envelope), 1752921312000)).toEqual(identityOf(envelope));
  });

  it.each(withoutOwnId)('comes from what it says where it has no id: %s', (_kind, envelope) => {
    expect(identityOf(envelope)).toEqual({ key: expect.stringContaining(':'), ownId: false });
    expect(identityOf(again(envelope), 1752921312000)).toEqual(identityOf(envelope));
  });

  it('differs between any two of these events', () => {
    const keys = identitiesOf(mergeWebhooks([...withOwnId, ...withoutOwnId].map(([, envelope]) => envelope)));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(withOwnId.length + withoutOwnId.length);
  });

  it('does not depend on what else is in the delivery, nor on how the body is wrapped', () => {
    const envelopes = [...withOwnId, ...withoutOwnId].map(([, envelope]) => envelope);
    const alone = envelopes.map((envelope) => identityOf(envelope));
    expect(identitiesOf(mergeWebhooks(envelopes))).toEqual(alone);
    expect(identitiesOf(envelopes)).toEqual(alone);
  });

  it('is that of the id even if the text differs, and of the content even if the time does', () => {
    const changed = messageWebhook({ ...between, timestamp: 1, mid, text: 'something else' });
    expect(identityOf(changed)).toEqual(identityOf(messageWebhook({ ...between, mid, text: 'hi' })));
    const later = reactionWebhook({ ...between, timestamp: between.timestamp + 3000, mid });
    expect(identityOf(later)).toEqual(identityOf(reactionWebhook({ ...between, mid })));
  });

  it.each([
    ['a postback', { postback: { payload: 'MENU' } }, { postback: { payload: 'HELP' } }],
    ['a seen', { read: {} }, { read: { watermark: 5 } }],
    ['an unknown item', { optin: { ref: 'a' } }, { optin: { ref: 'b' } }],
  ])('tells two of %s without an id apart by their content', (_what, one, other) => {
    const bodyOf = (content: object) => ({
      object: 'instagram',
      entry: [
        { id: account, messaging: [{ sender: { id: person }, recipient: { id: account }, ...content }] },
      ],
    });
    expect(identityOf(bodyOf(one)).ownId).toBe(false);
    expect(identityOf(bodyOf(one))).toEqual(identityOf(bodyOf({ ...one, timestamp: 5 })));
    expect(identityOf(bodyOf(one)).key).not.toBe(identityOf(bodyOf(other)).key);
  });

  it('tells unknown fields apart by field, value and account', () => {
    const bodyOf = (id: string, field: string, value: unknown) => ({
      object: 'instagram',
      entry: [{ id, time: 1752834910, changes: [{ field, value }] }],
    });
    const keys = [
      bodyOf('1', 'story_insights', { reach: 1 }),
      bodyOf('1', 'story_insights', { reach: 2 }),
      bodyOf('1', 'of_tomorrow', { reach: 1 }),
      bodyOf('2', 'story_insights', { reach: 1 }),
    ].map((body) => identityOf(body).key);
    expect(new Set(keys).size).toBe(4);
  });

  it('is short, whatever the content', () => {
    const long = referralWebhook({ ...between, referral: { ref: 'r'.repeat(100_000) } });
    expect(identityOf(long).key.length).toBeLessThan(200);
  });

  it('holds for any message: the same id in the same account, and nothing else, is the same message', () => {
    const id = fc.string({ minLength: 1, maxLength: 50 });
    const digits = fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String);
    const sent = fc.record({ account: digits, person: digits, mid: id, text: fc.string() });
    fc.assert(
      fc.property(sent, sent, (one, other) => {
        const same = one.account === other.account && one.mid === other.mid;
        expect(identityOf(messageWebhook(one)).key === identityOf(messageWebhook(other)).key).toBe(same);
        expect(identityOf(messageWebhook({ ...other, account: one.account, mid: one.mid }))).toEqual(
          identityOf(messageWebhook(one)),
        );
      }),
    );
  });
});
