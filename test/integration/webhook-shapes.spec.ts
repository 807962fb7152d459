import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestServer } from '../support/test-server.js';

/** Both beyond 2^53: rounded, they would be of others. */
const account = '17841400000000012345';
const person = '9007199254740993';
const reel = '17890000000000001';
let server: TestServer;
const automations: Record<string, string> = {};

beforeAll(async () => {
  server = await TestServer.start();
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
  const triggers = {
    hi: { type: 'message', match: { mode: 'contains', keywords: ['hi'] } },
    media: { type: 'message' },
    order: { type: 'postback', payload: 'ORDER' },
    reel: { type: 'comment', mediaIds: [reel] },
    live: { type: 'comment', live: true, match: { mode: 'exact', keywords: ['live'] } },
    reaction: { type: 'reaction' },
  };
  for (const [name, trigger] of Object.entries(triggers)) {
    const actions = [{ type: 'send_message', text: name }];
    const made = await server.admin('POST', 'automations', { account, name, trigger, actions });
    automations[name] = (made as { id: string }).id;
  }
});

afterAll(() => server?.close());

beforeEach(async () => {
  server.sandbox.reset();
  for (const name of ['contacts', 'messages', 'jobs']) await server.collection(name).deleteMany({});
});

const now = Date.now();
const between = { sender: { id: person }, recipient: { id: account }, timestamp: now };
const envelope = (...entry: object[]) => ({ object: 'instagram', entry });
const item = (content: object) =>
  envelope({ id: account, time: now, messaging: [{ ...between, ...content }] });
const message = (content: object) => item({ message: { mid: 'aWdf1', ...content } });
const comment = (value: object) => ({
  id: '1805',
  from: { id: person, username: 'ann' },
  text: 'link',
  ...value,
});
const change = (field: string, value: object) =>
  envelope({ id: account, time: Math.floor(now / 1000), changes: [{ field, value }] });
const onReel = { media: { id: reel, media_product_type: 'REELS' } };
const answered = (automation: string) => ({ result: 'answered', automation: automations[automation] });
const ignored = (reason: string) => ({ result: 'ignored', reason });

/** Posts a delivery of one event, as bytes; answers its outcome, once it has one. */
async function outcomeOf(body: object | string): Promise<unknown> {
  expect((await server.post(body)).status).toBe(200);
  for (;;) {
    const { items } = (await server.admin('GET', `jobs?account=${account}`)) as {
      items: { outcome: unknown }[];
    };
    expect(items.length).toBeLessThanOrEqual(1);
    if (items[0]?.outcome) return items[0].outcome;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('shapes on which the sources disagree', () => {
  it.each<[string, () => object | string, () => object]>([
    ['an envelope within an array', () => [message({ text: 'hi' })], () => answered('hi')],
    [
      'a comment with comment_id in place of id',
      () => change('comments', { ...comment(onReel), id: undefined, comment_id: '1805' }),
      () => answered('reel'),
    ],
    [
      'field and value on the entry itself',
      () => envelope({ id: account, time: now, field: 'comments', value: comment(onReel) }),
      () => answered('reel'),
    ],
    [
      'a comment on the boosted copy of a post',
      () => change('comments', comment({ media: { id: '1799', original_media_id: reel, ad_id: '12' } })),
      () => answered('reel'),
    ],
    [
      'a comment on another post',
      () => change('comments', comment({ media: { id: '1799', original_media_id: '1798' } })),
      () => ({ result: 'no_match' }),
    ],
    [
      "a comment of the account's own, under its scoped id",
      () => change('comments', comment({ ...onReel, from: { id: '2105', self_ig_scoped_id: '2105' } })),
      () => ignored('own'),
    ],
    [
      'a live comment',
      () => change('live_comments', comment({ text: 'live', media: { id: '1797' } })),
      () => answered('live'),
    ],
    [
      'a message that comes as a change',
      () => change('messages', { ...between, message: { mid: '1', text: 'hi' } }),
      () => answered('hi'),
    ],
    [
      'a postback with the person in entry.id',
      () =>
        envelope({
          id: person,
          time: now,
          messaging: [{ ...between, postback: { mid: 'p', title: 'Order', payload: 'ORDER' } }],
        }),
      () => answered('order'),
    ],
    [
      'an edit of no edit, of nobody',
      () =>
        envelope({
          id: account,
          time: now,
          messaging: [{ timestamp: now, message_edit: { mid: 'm', num_edit: 0 } }],
        }),
      () => ignored('edit'),
    ],
    ['an edit', () => item({ message_edit: { mid: 'm', text: 'hi', num_edit: 1 } }), () => ignored('edit')],
    [
      'ephemeral media without a URL',
      () => message({ attachments: [{ type: 'ephemeral' }] }),
      () => answered('media'),
    ],
    [
      'an attachment of tomorrow',
      () => message({ attachments: [{ type: 'hologram', payload: { beam: 1 } }] }),
      () => answered('media'),
    ],
    [
      'a shared post',
      () => message({ attachments: [{ type: 'ig_post', payload: { ig_post_media_id: '1' } }] }),
      () => answered('media'),
    ],
    ['a deleted message', () => message({ is_deleted: true }), () => ignored('deleted')],
    [
      'a message that Instagram can not show',
      () => message({ is_unsupported: true }),
      () => ignored('unsupported'),
    ],
    [
      'a message of the account to itself',
      () =>
        item({ sender: { id: account }, message: { mid: 'm', text: 'hi', is_self: true, is_echo: true } }),
      () => ignored('own'),
    ],
    [
      'a reaction that is taken back',
      () => item({ reaction: { mid: 'm', action: 'unreact' } }),
      () => ignored('unreact'),
    ],
    [
      'a reaction',
      () => item({ reaction: { mid: 'm', action: 'react', reaction: 'love', emoji: '❤️' } }),
      () => answered('reaction'),
    ],
    ['that a message was seen', () => item({ read: { mid: 'm' } }), () => ignored('seen')],
    ['a mention', () => change('mentions', { media_id: '17', comment_id: '18' }), () => ignored('mention')],
    ['a field of tomorrow', () => change('holograms', { hi: 'hi' }), () => ignored('unknown_kind')],
  ])('%s', async (_what, body, outcome) => {
    expect(await outcomeOf(body())).toEqual(outcome());
  });

  it('ids that come as numbers beyond 2^53, which are never rounded', async () => {
    const attachment = `{"type":"ig_post","payload":{"ig_post_media_id":18014398509481985,"url":"https://cdn.example/1"}}`;
    const body = `{"object":"instagram","entry":[{"id":${account},"time":${now},"messaging":[{"sender":{"id":${person}},
      "recipient":{"id":${account}},"timestamp":${now},"message":{"mid":"m1","attachments":[${attachment}]}}]}]}`;
    expect(await outcomeOf(body)).toEqual(answered('media'));
    expect(server.sandbox.state.journal.page(0, 10)).toMatchObject([{ account, person }]);
  });
});
