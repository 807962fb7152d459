import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { signBody } from '../../src/instagram/webhook-signature.js';
import { errorOf } from '../support/http-error.js';
import { rawRequest } from '../support/raw-request.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

const [first, second] = ['first-app-secret', 'second-app-secret'];
const between = { account: '17841400000000001', person: '2978000000000001' };
const body = JSON.stringify(messageWebhook({ ...between, mid: 'aWdf1', text: 'hi' }));
const sha1 = `sha1=${createHmac('sha1', first).update(body).digest('hex')}`;
const signature = signBody(body, first);

describe('the signature of a delivery', () => {
  let server: TestServer;
  let store: WebhookStore;

  beforeAll(async () => {
    server = await TestServer.start({ META_APP_SECRET: `${first},${second}` });
    store = new WebhookStore(server.server);
    await store.holdJobs();
  });

  afterEach(() => store.clear());
  afterAll(() => server.close());

  const post = (headers: Record<string, string | string[]>, content: string | Buffer = body) =>
    rawRequest(`${server.url}/api/webhooks/instagram`, { method: 'POST', headers, body: content });
  const signedBy = async () => (await store.logs()).map((log) => log.signedBy);

  it('is accepted from any of the secrets, and the log keeps from which', async () => {
    expect(await post({ 'x-hub-signature-256': signature })).toMatchObject({
      status: 200,
      body: 'EVENT_RECEIVED',
    });
    expect((await post({ 'x-hub-signature-256': signBody(body, second) })).status).toBe(200);
    expect(await signedBy()).toEqual([0, 1]);
  });

  it.each(['/', '?from=meta', '/?from=meta'])(
    'is asked for at every spelling of the address: %s',
    async (rest) => {
      for (const path of ['/api/webhooks/instagram', '/API/Webhooks/Instagram']) {
        const url = `${server.url}${path}${rest}`;
        const unsigned = await rawRequest(url, { method: 'POST', body });
        expect(unsigned.status).toBe(401);
        const headers = { 'x-hub-signature-256': signature };
        expect((await rawRequest(url, { method: 'POST', headers, body })).status).toBe(200);
      }
    },
  );

  it.each<[string, string, Record<string, string | string[]>]>([
    ['is missing', 'signature_missing', {}],
    ['is empty', 'signature_missing', { 'x-hub-signature-256': '' }],
    ['is of the old scheme alone', 'signature_missing', { 'x-hub-signature': sha1 }],
    ['is a sha1 in the place of a sha256', 'signature_malformed', { 'x-hub-signature-256': sha1 }],
    ['is not hexadecimal', 'signature_malformed', { 'x-hub-signature-256': `sha256=${'zz'.repeat(32)}` }],
    ['is too short', 'signature_malformed', { 'x-hub-signature-256': signature.slice(0, -2) }],
    ['is too long', 'signature_malformed', { 'x-hub-signature-256': `${signature}00` }],
    ['has no scheme', 'signature_malformed', { 'x-hub-signature-256': signature.slice(7) }],
    ['is one of two', 'signature_malformed', { 'x-hub-signature-256': [signature, signature] }],
    ['is of another secret', 'signature_mismatch', { 'x-hub-signature-256': signBody(body, 'a-guess!') }],
    ['is of an empty secret', 'signature_mismatch', { 'x-hub-signature-256': signBody(body, '') }],
    ['is of another body', 'signature_mismatch', { 'x-hub-signature-256': signBody(`${body} `, first) }],
  ])('is refused when it %s, and nothing is stored', async (_how, code, headers) => {
    const answer = await post(headers);
    expect(answer.status).toBe(401);
    expect((await errorOf(answer)).code).toBe(code);
    expect([await store.logs(), await store.jobs()]).toEqual([[], []]);
  });

  it('is refused for a body that differs in one byte, wherever it is', async () => {
    const bytes = Buffer.from(body);
    for (const position of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[position]! ^= 1;
      expect((await post({ 'x-hub-signature-256': signature }, changed)).status).toBe(401);
    }
    expect(await store.logs()).toEqual([]);
  });

  it('is asked for before the body is looked at', async () => {
    for (const content of ['', 'not json', '{"object":"page"}']) {
      expect((await post({ 'x-hub-signature-256': signature }, content)).status).toBe(401);
    }
  });

  it.each([
    ['X-Internal-Worker', 'true'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Host', 'localhost'],
    ['X-Real-IP', '127.0.0.1'],
    ['X-Original-URL', '/health/live'],
    ['X-HTTP-Method-Override', 'GET'],
    ['Authorization', 'Bearer test-admin-token-0123456789abcdef'],
    ['User-Agent', 'facebookexternalua'],
    ['Host', 'graph.instagram.com'],
    ['Cookie', 'admin=true'],
  ])('can be passed by with no header: %s', async (name, value) => {
    const refused = await post({ [name]: value, 'content-type': 'application/json' });
    expect(refused.status).toBe(401);
    expect(await errorOf(refused)).toEqual(await errorOf(await post({})));
    expect((await post({ [name]: value, 'x-hub-signature-256': signature })).status).toBe(200);
    expect(await store.logs()).toHaveLength(1);
  });

  it.each([
    ['none'],
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['application/json; charset=utf-16'],
    ['nonsense'],
  ])('counts by the bytes, whatever the type of content: %s', async (type) => {
    const headers = { 'x-hub-signature-256': signature, ...(type !== 'none' && { 'content-type': type }) };
    expect((await post(headers)).status).toBe(200);
    expect(await store.jobs()).toHaveLength(1);
  });

  it('is checked over the bytes as they were sent: escaped and unescaped unicode, and any white space', async () => {
    const plain = JSON.stringify(messageWebhook({ ...between, mid: 'plain', text: 'Größe? 🎉 日本' }));
    const escaped = JSON.stringify(messageWebhook({ ...between, mid: 'escaped', text: 'Größe? 🎉 日本' }))
      .replaceAll('/', String.raw`\/`)
      .replace(/[^\x20-\x7e]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const spaced = `\n ${JSON.stringify(JSON.parse(plain.replace('plain', 'spaced')), null, 2)}\r\n`;
    expect(escaped).toContain(String.raw`Gr\u00f6\u00dfe? \ud83c\udf89`);
    for (const text of [plain, escaped, spaced]) {
      expect((await post({ 'x-hub-signature-256': signBody(text, first) }, text)).status).toBe(200);
    }
    const logs = await store.logs();
    expect(logs.map((log) => log.body.toString())).toEqual([plain, escaped, spaced]);
    const texts = (await store.jobs()).map(({ payload }) => (payload as { text: string }).text);
    expect(texts).toEqual(Array.from({ length: 3 }, () => 'Größe? 🎉 日本'));
    expect((await post({ 'x-hub-signature-256': signBody(plain, first) }, escaped)).status).toBe(401);
  });
});
