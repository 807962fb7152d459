import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const accessToken = 'IGAAsecretToken';
const shop = { instagramId: '17841400000000001', username: 'shop', accessToken };
const shown = {
  id: expect.stringMatching(/^[0-9a-f]{24}$/),
  instagramId: shop.instagramId,
  username: 'shop',
  status: 'active',
  createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
  updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
};

describe('the admin API of accounts', () => {
  let server: TestServer;
  let accounts: ReturnType<Connection['collection']>;
  const answers: string[] = [];

  beforeAll(async () => {
    server = await TestServer.start();
    accounts = server.server.app.get<Connection>(getConnectionToken()).collection('accounts');
  });

  beforeEach(async () => {
    await accounts.deleteMany({});
  });

  afterAll(() => server.close());

  async function call(method: string, path = '', body?: unknown, token = testSecrets.adminToken) {
    const response = await fetch(`${server.url}/api/admin/accounts${path}`, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    answers.push(text);
    return { status: response.status, body: text };
  }

  const connect = async (account: object = shop) =>
    expect((await call('POST', '', account)).status).toBe(201);
  const jsonOf = ({ body }: { body: string }) => JSON.parse(body) as Record<string, unknown>;

  it.each([
    ['no token', '', 'admin_token_required', 5],
    ['a wrong token', 'a-wrong-token-0123456789abcdef', 'wrong_token', 5],
    // Fewer, since an address that has tried ten wrong tokens may try no more.
    ['the beginning of the token', testSecrets.adminToken.slice(0, -1), 'wrong_token', 2],
  ])('refuses every route with %s', async (_what, token, code, routes) => {
    await connect();
    const all = [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${shop.instagramId}`],
      ['PATCH', `/${shop.instagramId}`],
      ['DELETE', `/${shop.instagramId}`],
    ];
    for (const [method, path] of all.slice(0, routes)) {
      const answer = await call(method!, path, method === 'GET' ? undefined : shop, token);
      expect(answer.status).toBe(401);
      expect((await errorOf(answer)).code).toBe(code);
    }
    expect(await accounts.countDocuments({})).toBe(1);
  });

  it('connects an account and shows it everywhere without its token', async () => {
    const created = await call('POST', '', shop);
    expect(created.status).toBe(201);
    expect(jsonOf(created)).toEqual(shown);
    expect(jsonOf(await call('GET', `/${shop.instagramId}`))).toEqual(shown);
    expect(jsonOf(await call('GET'))).toEqual({ items: [shown], nextCursor: null });
    expect(JSON.stringify(await accounts.find({}).toArray())).not.toContain(accessToken);
  });

  it('refuses to connect an account twice, also at once', async () => {
    const both = await Promise.all([call('POST', '', shop), call('POST', '', shop)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    const again = await call('POST', '', { ...shop, username: 'other' });
    expect(again.status).toBe(409);
    expect((await errorOf(again)).code).toBe('account_exists');
    expect(jsonOf(await call('GET', `/${shop.instagramId}`))).toEqual(shown);
  });

  it.each<[string, string[], unknown]>([
    ['nothing in it', ['instagramId', 'username', 'accessToken'], {}],
    ['an operator for the id', ['instagramId'], { ...shop, instagramId: { $ne: null } }],
    ['an id that is a number', ['instagramId'], { ...shop, instagramId: 17841400000001 }],
    ['an id that is none', ['instagramId'], { ...shop, instagramId: 'shop' }],
    [
      'operators for all else',
      ['username', 'accessToken'],
      { ...shop, username: {}, accessToken: { $gt: '' } },
    ],
    ['white space in the token', ['accessToken'], { ...shop, accessToken: 'IGAA secret' }],
    ['unknown fields', ['status', '$set'], { ...shop, status: 'active', $set: { status: 'active' } }],
    ['a list in its place', [''], [shop]],
  ])('refuses an account with %s, by the path', async (_what, paths, body) => {
    const answer = await call('POST', '', body);
    expect(answer.status).toBe(422);
    const { code, details } = await errorOf(answer);
    expect(code).toBe('validation_failed');
    expect(details!.map(({ path }) => path)).toEqual(paths);
    expect(await accounts.countDocuments({})).toBe(0);
  });

  it('changes what it is told to change', async () => {
    await connect();
    const path = `/${shop.instagramId}`;
    expect(jsonOf(await call('PATCH', path, { username: 'shop.berlin' }))).toMatchObject({
      username: 'shop.berlin',
      status: 'active',
    });
    expect(jsonOf(await call('PATCH', path, { status: 'paused' }))).toMatchObject({
      username: 'shop.berlin',
      status: 'paused',
      statusReason: 'by_owner',
    });
    const active = jsonOf(await call('PATCH', path, { status: 'active', accessToken: `${accessToken}2` }));
    expect(active).toMatchObject({ status: 'active' });
    expect(active).not.toHaveProperty('statusReason');
  });

  it.each<[string, string[], unknown]>([
    ['nothing', [''], {}],
    ['an operator', ['username'], { username: { $ne: null } }],
    ['a status that is not for the owner to set', ['status'], { status: 'throttled' }],
    ['the id', ['instagramId'], { username: 'x', instagramId: '1' }],
  ])('refuses to change %s', async (_what, paths, change) => {
    await connect();
    const answer = await call('PATCH', `/${shop.instagramId}`, change);
    expect(answer.status).toBe(422);
    expect((await errorOf(answer)).details!.map(({ path }) => path)).toEqual(paths);
    expect(jsonOf(await call('GET', `/${shop.instagramId}`))).toEqual(shown);
  });

  it('disconnects an account once', async () => {
    await connect();
    expect(await call('DELETE', `/${shop.instagramId}`)).toEqual({ status: 204, body: '' });
    expect((await call('DELETE', `/${shop.instagramId}`)).status).toBe(404);
    await connect();
  });

  it('knows no other accounts', async () => {
    for (const answer of [
      await call('GET', '/17841400000000009'),
      await call('GET', '/%7B%22$ne%22:null%7D'),
      await call('PATCH', '/17841400000000009', { username: 'x' }),
    ]) {
      expect(answer.status).toBe(404);
      expect((await errorOf(answer)).code).toBe('account_not_found');
    }
  });

  it('lists accounts page by page, each once and in order', async () => {
    const ids = Array.from({ length: 5 }, (_, n) => `1784140000000000${n}`);
    for (const instagramId of ids) await connect({ ...shop, instagramId });
    const found: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = `?limit=2${cursor && `&cursor=${cursor}`}`;
      const page = jsonOf(await call('GET', query)) as {
        items: { instagramId: string }[];
        nextCursor: string | null;
      };
      found.push(page.items.map(({ instagramId }) => instagramId));
      cursor = page.nextCursor;
    }
    expect(found).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    expect(jsonOf(await call('GET', '?limit=5'))).toMatchObject({ nextCursor: null });
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'limit=1.5', 'cursor=x', 'cursor=1&cursor=2'])(
    'refuses to list by %s',
    async (query) => {
      const answer = await call('GET', `?${query}`);
      expect(answer.status).toBe(422);
      expect((await errorOf(answer)).details).toEqual([
        { path: query.split('=')[0], message: expect.any(String) },
      ]);
    },
  );

  it('has never answered with a token', () => {
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.filter((text) => /IGAA|ciphertext/.test(text))).toEqual([]);
  });
});
