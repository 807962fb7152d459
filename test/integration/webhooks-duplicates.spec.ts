import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commentWebhook,
  mergeWebhooks,
  messageWebhook,
  reactionWebhook,
  type WebhookEnvelope,
} from '../../src/instagram/webhook-samples.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

const account = '17841400000000001';
const person = '2978000000000001';
const timestamp = 1752834910447;
const between = { account, person, timestamp };

describe('an event that is delivered again', () => {
  let server: TestServer;
  let store: WebhookStore;

  beforeAll(async () => {
    server = await TestServer.start();
    store = new WebhookStore(server.server);
  });

  afterEach(() => store.clear());
  afterAll(() => server.close());

  const post = async (envelope: WebhookEnvelope | WebhookEnvelope[]) =>
    expect((await server.post(envelope)).status).toBe(200);

  it.each([
    ['a message', messageWebhook({ ...between, mid: 'aWdf1', text: 'hi' })],
    ['a comment', commentWebhook({ ...between, commentId: '1805', text: 'hi' })],
    ['a reaction, which has no id', reactionWebhook({ ...between, mid: 'aWdf1' })],
  ])('is acknowledged and logged, but makes no second job: %s', async (_kind, envelope) => {
    await post(envelope);
    await post(envelope);
    await store.finished(1);
    await post(envelope);
    expect(await store.jobs()).toHaveLength(1);
    expect(await store.logs()).toHaveLength(3);
  });

  it('makes one job when all its deliveries come at once', async () => {
    const envelopes = Array.from({ length: 10 }, (_, n) =>
      mergeWebhooks([
        messageWebhook({ ...between, mid: `aWdf${n}`, text: 'hi' }),
        reactionWebhook({ ...between, mid: `aWdf${n}` }),
      ]),
    );
    const deliveries = Array.from({ length: 5 }, () => envelopes).flat();
    await Promise.all(deliveries.map(post));
    expect(await store.finished(20)).toHaveLength(20);
    expect(await store.logs()).toHaveLength(50);
  });

  it('makes one job when it stands twice in one delivery, or once more among new ones', async () => {
    const [one, other] = ['1', '2'].map((mid) => messageWebhook({ ...between, mid, text: 'hi' }));
    await post(mergeWebhooks([one!, one!]));
    await post([mergeWebhooks([one!, other!])]);
    const jobs = await store.finished(2);
    expect(jobs.map(({ dedupKey }) => dedupKey)).toEqual([`${account}:message:1`, `${account}:message:2`]);
  });

  it('is another event when its id or, without an id, its content or its moment is another', async () => {
    const reaction = { ...between, mid: 'aWdf1' };
    for (const envelope of [
      messageWebhook({ ...between, mid: 'aWdf1', text: 'hi' }),
      messageWebhook({ ...between, mid: 'aWdf2', text: 'hi' }),
      messageWebhook({ ...between, account: '17841400000000003', mid: 'aWdf1', text: 'hi' }),
      reactionWebhook(reaction),
      reactionWebhook({ ...reaction, action: 'unreact' }),
      reactionWebhook({ ...reaction, timestamp: timestamp + 10_000 }),
    ]) {
      await post(envelope);
    }
    expect(await store.finished(6)).toHaveLength(6);
  });

  it('is recognised without an id by when it happened, not by when it came', async () => {
    const entry = { id: account, time: 1752834910, changes: [] };
    await post({ object: 'instagram', entry: [entry] });
    await post({ object: 'instagram', entry: [entry] });
    await post(reactionWebhook({ ...between, mid: 'aWdf1' }));
    await post(reactionWebhook({ ...between, timestamp: timestamp + 3000, mid: 'aWdf1' }));
    expect(await store.finished(2)).toHaveLength(2);
  });
});
