import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { commentWebhook, mergeWebhooks, messageWebhook } from '../../src/instagram/webhook-samples.js';
import { signBody } from '../../src/instagram/webhook-signature.js';
import { errorOf } from '../support/http-error.js';
import { rawRequest } from '../support/raw-request.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

const account = '17841400000000001';
const person = '2978000000000001';
const maxBytes = 1_000_000;
const message = (mid: string, text = 'hi') => messageWebhook({ account, person, mid, text });
const envelopeOf = (...entry: unknown[]) => ({ object: 'instagram', entry });

describe('the body of a delivery', () => {
  let server: TestServer;
  let store: WebhookStore;

  beforeAll(async () => {
    server = await TestServer.start({ WEBHOOK_MAX_BYTES: String(maxBytes) });
    store = new WebhookStore(server.server);
    await store.holdJobs();
  });

  afterEach(() => store.clear());
  afterAll(() => server.close());

  const signed = (body: string | Buffer, headers: Record<string, string> = {}) => ({
    method: 'POST',
    headers: { 'x-hub-signature-256': signBody(body, testSecrets.appSecret), ...headers },
  });
  const postRaw = (body: string | Buffer | Buffer[], headers: Record<string, string> = {}) =>
    rawRequest(`${server.url}/api/webhooks/instagram`, {
      ...signed(Array.isArray(body) ? Buffer.concat(body) : body, headers),
      body,
    });
  const payloads = async () => (await store.jobs()).map(({ payload }) => payload);

  it.each([
    ['nothing', '', 'not_json'],
    ['a text', 'hello', 'not_json'],
    ['half an envelope', JSON.stringify(message('1')).slice(0, -3), 'not_json'],
    ['a form', 'object=instagram&entry=', 'not_json'],
    ['bytes', randomBytes(100), 'not_json'],
    ['null', 'null', 'not_an_envelope'],
    ['a string', '"instagram"', 'not_an_envelope'],
    ['an object', '{}', 'not_an_envelope'],
    ['entries that are no list', '{"object":"instagram","entry":{"$ne":null}}', 'not_an_envelope'],
    ['an operator for the product', '{"object":{"$ne":null},"entry":[{"id":"1"}]}', 'not_an_envelope'],
    ['another product', '{"object":"page","entry":[{"id":"1","time":1}]}', 'not_an_envelope'],
    ['an empty list of entries', '{"object":"instagram","entry":[]}', 'envelope_empty'],
    ['an empty array', '[]', 'envelope_empty'],
  ])('is refused with 400 and not stored when it is %s', async (_what, body, code) => {
    const answer = await postRaw(body);
    expect(answer.status).toBe(400);
    const error = await errorOf(answer);
    expect(error.code).toBe(code);
    expect([await store.logs(), await store.jobs()]).toEqual([[], []]);
  });

  it('is refused with 413 above the limit, whether its length is announced or not', async () => {
    const chunks = Array.from({ length: 20 }, () => Buffer.alloc(maxBytes / 10, 'x'));
    for (const body of [Buffer.concat(chunks), chunks]) {
      const answer = await postRaw(body);
      expect(answer.status).toBe(413);
      expect(await errorOf(answer)).toMatchObject({ code: 'body_too_large' });
    }
    expect(await store.logs()).toEqual([]);
  });

  it('is accepted up to the limit, also in chunks without an announced length', async () => {
    const text = 't'.repeat(maxBytes - JSON.stringify(message('big', '')).length - 10);
    const body = Buffer.from(JSON.stringify(message('big', text)));
    expect((await postRaw([body.subarray(0, 1000), body.subarray(1000)])).status).toBe(200);
    expect(await payloads()).toMatchObject([{ text }]);
  });

  it('is not unpacked: what Meta signs is not compressed', async () => {
    const answer = await postRaw(gzipSync(JSON.stringify(message('1'))), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
    expect(await errorOf(answer)).toMatchObject({ code: 'bad_request' });
  });

  it('may hold 1,000 updates: all are stored', async () => {
    const updates = Array.from({ length: 1000 }, (_, n) =>
      n % 2 === 0
        ? messageWebhook({ account, person: `297800000000${n % 10}`, mid: `aWdf${n}`, text: `${n}` })
        : commentWebhook({ account, person: `297800000000${n % 10}`, commentId: `${n}`, text: `${n}` }),
    );
    expect((await server.post(mergeWebhooks(updates))).status).toBe(200);
    const texts = (await payloads()).map((payload) => Number((payload as { text: string }).text));
    expect(texts.toSorted((one, other) => one - other)).toEqual(updates.map((_, n) => n));
    const [log] = await store.logs();
    expect(log!.events).toHaveLength(1000);
    expect(new Set(log!.events.map(({ identity }) => identity)).size).toBe(1000);
  });

  it('with one malformed event in it is accepted; the log keeps place and reason', async () => {
    const broken = { sender: { id: person }, recipient: { id: account }, message: { mid: { $ne: null } } };
    const body = mergeWebhooks([
      message('good-1'),
      { object: 'instagram', entry: [{ id: account, time: 1, messaging: [broken] }] },
      message('good-2'),
    ]);
    expect((await server.post(body)).status).toBe(200);
    expect(await payloads()).toMatchObject([{ mid: 'good-1' }, { mid: 'good-2' }]);
    expect(await store.logs()).toMatchObject([
      {
        events: [
          { kind: 'message', account },
          { kind: 'message', account },
        ],
        rejected: [{ at: 'entry.1.messaging.0', reason: 'message.mid must be an id' }],
      },
    ]);
  });

  it.each([
    ['sender.id', { sender: { id: { $ne: null } }, message: { mid: '1', text: 'x' } }],
    ['message.mid', { message: { mid: { $ne: null }, text: 'x' } }],
    ['message.text', { message: { mid: '1', text: { $ne: null } } }],
    ['postback.payload', { postback: { mid: '1', payload: { $gt: '' } } }],
  ])('lets no operator through in the place of %s', async (path, content) => {
    const item = { sender: { id: person }, recipient: { id: account }, timestamp: 1752834910447, ...content };
    expect((await server.post(envelopeOf({ id: account, messaging: [item] }))).status).toBe(200);
    expect(await store.jobs()).toEqual([]);
    const [log] = await store.logs();
    expect(log!.events).toEqual([]);
    expect(log!.rejected[0]!.reason).toMatch(new RegExp(`^${path} must be (a string|an id)$`));
  });

  it('full of malformed events is accepted: it would not be better the next time', async () => {
    const entry = Array.from({ length: 250_000 }, () => 0);
    expect((await server.post({ object: 'instagram', entry })).status).toBe(200);
    const [log] = await store.logs();
    expect(log!.rejected).toHaveLength(1000);
  });

  it('may name things like parts of JavaScript', async () => {
    const item = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"sender":{"id":"${person}","__proto__":{"id":{"$ne":null}}},"recipient":{"id":"${account}"},"message":{"mid":"proto","text":"hi","__proto__":{"is_echo":true}}}`;
    const body = `{"object":"instagram","__proto__":{"object":"page"},"entry":[{"id":"${account}","messaging":[${item}]}]}`;
    expect((await server.post(body)).status).toBe(200);
    expect(await payloads()).toMatchObject([{ kind: 'message', account, person, mid: 'proto', text: 'hi' }]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('may carry ids beyond 2^53, as numbers too: they are stored exactly', async () => {
    const [big, other] = ['178414000000000012345', '9007199254740993'];
    const body = `{"object":"instagram","entry":[{"id":${big},"time":1752834910,"messaging":[{"sender":{"id":${other}},"recipient":{"id":${big}},"timestamp":1752834910447,"message":{"mid":"m","text":"x"}}],"changes":[{"field":"comments","value":{"id":${other},"from":{"id":${other}},"media":{"id":${big}},"text":"x"}}]}]}`;
    expect((await server.post(body)).status).toBe(200);
    const parties = { account: big, person: other };
    const keys = { groupKey: `${big}:${other}`, limitKey: big };
    expect(await store.jobs()).toMatchObject([
      { ...keys, payload: { kind: 'message', ...parties }, dedupKey: `${big}:message:m` },
      { ...keys, payload: { kind: 'comment', ...parties, commentId: other, mediaId: big } },
    ]);
    expect((await store.logs())[0]!.events).toMatchObject([{ account: big }, { account: big }]);
  });

  it('may hold half characters and control characters', async () => {
    const text = String.raw`a\u0000b \ud83d c`;
    const body = JSON.stringify(message('odd', 'TEXT')).replace('TEXT', text);
    expect((await server.post(body)).status).toBe(200);
    expect(await payloads()).toMatchObject([{ text: 'a\u0000b \ufffd c' }]);
  });

  it('may hold ids as long as an id can be', async () => {
    const long = 'ä'.repeat(512);
    const body = messageWebhook({ account: long, person: long, mid: long, text: 'hi' });
    expect((await server.post(body)).status).toBe(200);
    expect((await server.post(body)).status).toBe(200);
    expect(await payloads()).toMatchObject([{ account: long, person: long, mid: long }]);
  });
});

describe('an event that nothing answers', () => {
  let server: TestServer;
  let store: WebhookStore;

  beforeAll(async () => {
    server = await TestServer.start();
    store = new WebhookStore(server.server);
  });

  afterEach(() => store.clear());
  afterAll(() => server.close());

  it.each([
    ['a field of tomorrow', { changes: [{ field: 'of_tomorrow', value: { a: [1] } }] }],
    ['story insights', { changes: [{ field: 'story_insights', value: { media_id: '1', reach: 17 } }] }],
    ['an item of tomorrow', { messaging: [{ sender: { id: person }, of_tomorrow: {} }] }],
    ['a standby item', { standby: [{ sender: { id: person }, message: { mid: '1', text: 'x' } }] }],
    ['an entry of tomorrow', { of_tomorrow: [{}] }],
  ])('is stored, logged and completed: %s', async (_what, content) => {
    expect((await server.post(envelopeOf({ id: account, time: 1752834910, ...content }))).status).toBe(200);
    expect(await store.finished(1)).toMatchObject([
      { kind: 'unknown', status: 'completed', outcome: { result: 'ignored' } },
    ]);
    expect((await store.logs())[0]!.events).toMatchObject([{ kind: 'unknown', account }]);
  });

  it('of an account that is not connected is recorded as such, once for each kind of event', async () => {
    const events = [message('1'), commentWebhook({ account, person, text: 'price?' })];
    expect((await server.post(mergeWebhooks(events))).status).toBe(200);
    const jobs = await store.finished(2);
    expect(jobs.map(({ status, outcome }) => ({ status, outcome }))).toEqual(
      events.map(() => ({ status: 'completed', outcome: { result: 'unknown_account' } })),
    );
    expect(server.sent).toEqual([]);
  });

  it('holds nothing any more of what the person wrote once it is completed', async () => {
    await server.post(message('1', 'a private text'));
    const [job] = await store.finished(1);
    expect(JSON.stringify(job)).not.toContain('a private text');
  });
});
