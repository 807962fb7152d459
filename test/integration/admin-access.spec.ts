import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_FAILED_TRIES, TRIES_WINDOW_MS } from '../../src/access/sign-in-tries.js';
import { Clock } from '../../src/database/clock.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const READ_TOKEN = 'test-read-token-0123456789abcdefgh';
const account = { instagramId: '17841400000000042', username: 'shop', accessToken: 'IGAA-a-secret-token' };
const dashboard = { 'X-Requested-With': 'ChatAutoDM', 'Sec-Fetch-Site': 'same-origin' };

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ ADMIN_READ_TOKENS: READ_TOKEN });
});

afterAll(() => server?.close());

interface Call {
  token?: string;
  cookie?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Where it seems to come from: the tests' own address is a trusted proxy. */
  from?: string;
}

async function call(method: string, path: string, { token, cookie, headers, body, from }: Call = {}) {
  const response = await fetch(`${server.url}/api/admin/${path}`, {
    method,
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(cookie !== undefined && { Cookie: cookie }),
      ...(from !== undefined && { 'X-Forwarded-For': from }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, answer, headers: response.headers };
}

async function signIn(token: string = testSecrets.adminToken): Promise<string> {
  const { status, headers } = await call('POST', 'session', { body: { token } });
  expect(status).toBe(200);
  return headers.getSetCookie()[0]!.split(';')[0]!;
}

const session = async (cookie: string) => (await call('GET', 'session', { cookie })).answer;

async function audit(query = ''): Promise<Record<string, unknown>[]> {
  const { answer } = await call('GET', `audit-log?${query}`, { token: testSecrets.adminToken });
  return answer['items'] as Record<string, unknown>[];
}

describe('signing in', () => {
  it('gives a cookie that scripts and other sites have no use of, and that opens the admin routes', async () => {
    const { answer, headers } = await call('POST', 'session', { body: { token: testSecrets.adminToken } });
    expect(answer).toMatchObject({ role: 'admin', sandbox: false });
    const [cookie] = headers.getSetCookie();
    expect(cookie).toMatch(
      /^chatautodm_session=[^;]+; Max-Age=86400; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain(testSecrets.adminToken);
    expect((await call('GET', 'jobs', { cookie: cookie!.split(';')[0]! })).status).toBe(200);
  });

  it('is marked Secure behind https', async () => {
    const { headers } = await call('POST', 'session', {
      body: { token: testSecrets.adminToken },
      headers: { 'X-Forwarded-Proto': 'https' },
    });
    expect(headers.getSetCookie()[0]).toMatch(/; Secure;/);
  });

  it('tells who is signed in, and strangers nothing', async () => {
    expect(await session(await signIn(READ_TOKEN))).toMatchObject({ role: 'reader', sandbox: false });
    expect((await call('GET', 'session')).answer).toEqual({ role: null });
  });

  it('refuses a wrong token without setting a cookie', async () => {
    const { status, answer, headers } = await call('POST', 'session', {
      body: { token: 'wrong' },
      from: '192.0.2.1',
    });
    expect([status, answer['code']]).toEqual([401, 'wrong_token']);
    expect(headers.getSetCookie()).toEqual([]);
  });

  it.each([
    [{}],
    [{ token: 1 }],
    [{ token: { $ne: '' } }],
    [{ token: '' }],
    [{ token: 'a', role: 'admin' }],
    [[]],
  ])('names the wrong field of %j', async (body) => {
    const { status, answer } = await call('POST', 'session', { body });
    expect([status, answer['code']]).toEqual([422, 'validation_failed']);
  });

  it('reads no more of a stranger’s body than a token needs', async () => {
    expect((await call('POST', 'session', { body: { token: 'x'.repeat(5000) } })).status).toBe(413);
  });

  it('ends at signing out, for copies of the cookie too', async () => {
    const cookie = await signIn();
    const { status, headers } = await call('DELETE', 'session', { cookie, headers: dashboard });
    expect(status).toBe(204);
    expect(headers.getSetCookie()[0]).toMatch(/^chatautodm_session=; .*Expires=Thu, 01 Jan 1970/);
    expect(await session(cookie)).toEqual({ role: null });
    expect((await call('GET', 'jobs', { cookie })).status).toBe(401);
  });

  it('holds behind a proxy that asks for a password of its own, and passes it on', async () => {
    const headers = { ...dashboard, Authorization: 'Basic YWRtaW46eA==' };
    const { status, headers: answered } = await call('POST', 'session', {
      body: { token: testSecrets.adminToken },
      headers,
    });
    expect(status).toBe(200);
    const cookie = answered.getSetCookie()[0]!.split(';')[0]!;
    expect((await call('GET', 'jobs', { cookie, headers })).status).toBe(200);
    expect((await call('POST', 'queue/resume', { cookie, headers })).status).toBe(200);
    const other = { ...headers, 'Sec-Fetch-Site': 'cross-site' };
    expect((await call('POST', 'queue/resume', { cookie, headers: other })).status).toBe(403);
  });

  it.each(['jobs', 'session', 'export', 'jobs/none'])('leaves nothing of %s in a cache', async (path) => {
    const { headers } = await call('GET', path, { cookie: await signIn() });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('believes no cookie that it did not make', async () => {
    const [name, value] = (await signIn(READ_TOKEN)).split('=') as [string, string];
    const [id, expiry, signature] = value.split('.') as [string, string, string];
    for (const forged of [
      `${id}.${Number(expiry) + 1}.${signature}`,
      `${'0'.repeat(32)}.${expiry}.${signature}`,
      `${id}.${expiry}.${'A'.repeat(43)}`,
      `${id}.${expiry}.`,
      '',
      '%',
    ]) {
      expect(await session(`${name}=${forged}`)).toEqual({ role: null });
    }
    expect(await session(`other=1; ${name}=${value}`)).toMatchObject({ role: 'reader' });
  });

  it('expires', async () => {
    const cookie = await signIn();
    const clock = server.server.app.get(Clock);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 86_400_000;
    expect(await session(cookie)).toEqual({ role: null });
    clock.now = now;
    expect(await session(cookie)).toMatchObject({ role: 'admin' });
  });
});

describe('a change by cookie', () => {
  let cookie: string;

  beforeAll(async () => {
    cookie = await signIn();
  });

  it.each<[string, Record<string, string>]>([
    ['says nothing of where it comes from', {}],
    ['comes from another site', { ...dashboard, 'Sec-Fetch-Site': 'cross-site' }],
    ['comes from a neighbouring host', { ...dashboard, 'Sec-Fetch-Site': 'same-site' }],
    ['has another origin', { 'X-Requested-With': 'x', Origin: 'https://evil.example' }],
    ['has no origin that could be told', { 'X-Requested-With': 'x', Origin: 'null' }],
    ['is a form, which has no such header', { Origin: 'http://127.0.0.1' }],
  ])('is refused when it %s', async (_what, headers) => {
    const { status, answer } = await call('POST', 'queue/pause', { cookie, headers });
    expect([status, answer['code']]).toEqual([403, 'other_origin']);
    expect((await call('GET', 'queue', { cookie })).answer['status']).not.toBe('paused');
  });

  it('is done when it comes from the dashboard', async () => {
    expect((await call('POST', 'queue/resume', { cookie, headers: dashboard })).status).toBe(200);
    const headers = { 'X-Requested-With': 'x', Origin: server.url };
    expect((await call('POST', 'queue/resume', { cookie, headers })).status).toBe(200);
  });

  it('can not sign somebody in from another site', async () => {
    const { status } = await call('POST', 'session', {
      body: { token: testSecrets.adminToken },
      headers: { Origin: 'https://evil.example' },
    });
    expect(status).toBe(403);
  });
});

describe('a read-only token', () => {
  it('may look', async () => {
    for (const path of [
      'jobs',
      'accounts',
      'automations',
      'contacts',
      'messages',
      'webhook-logs',
      'queue',
      'audit-log',
    ]) {
      expect((await call('GET', path, { token: READ_TOKEN })).status).toBe(200);
    }
  });

  it.each([
    ['POST', 'accounts'],
    ['PATCH', `accounts/${account.instagramId}`],
    ['DELETE', `accounts/${account.instagramId}`],
    ['PUT', 'automations/65f000000000000000000000'],
    ['POST', 'queue/pause'],
    ['POST', 'dead-letters/redrive'],
    ['POST', 'webhook-logs/65f000000000000000000000/replay'],
  ])('may not %s %s, by bearer or by cookie', async (method, path) => {
    const byBearer = await call(method, path, { token: READ_TOKEN, body: {} });
    expect([byBearer.status, byBearer.answer['code']]).toEqual([403, 'read_only_token']);
    const byCookie = await call(method, path, {
      cookie: await signIn(READ_TOKEN),
      headers: dashboard,
      body: {},
    });
    expect([byCookie.status, byCookie.answer['code']]).toEqual([403, 'read_only_token']);
  });

  it.each([
    ['automations/validate', 200],
    ['automations/try', 422],
    ['webhook-logs/65f000000000000000000000/dry-run', 404],
  ])('may ask %s, which changes nothing and leaves no entry in the audit log', async (path, status) => {
    const before = await audit('limit=1');
    const byCookie = { cookie: await signIn(READ_TOKEN), headers: dashboard, body: {} };
    expect((await call('POST', path, byCookie)).status).toBe(status);
    expect((await call('POST', path, { token: READ_TOKEN, body: {} })).status).toBe(status);
    expect((await call('POST', path, { token: testSecrets.adminToken, body: {} })).status).toBe(status);
    const [signedIn, ...rest] = await audit('limit=2');
    expect(signedIn).toMatchObject({ route: '/api/admin/session', code: null });
    expect(rest).toEqual(before);
  });

  it('may sign out', async () => {
    const cookie = await signIn(READ_TOKEN);
    expect((await call('DELETE', 'session', { cookie, headers: dashboard })).status).toBe(204);
  });
});

describe('a token', () => {
  it.each(['token', 'access_token', 'admin_token', 'authorization'])(
    'in the query as %s is none',
    async (name) => {
      const query = `${name}=${testSecrets.adminToken}`;
      expect((await call('GET', `jobs?${query}`)).status).toBe(401);
      expect((await call('GET', `session?${query}`)).answer).toEqual({ role: null });
      expect((await call('POST', `session?${query}`, { body: {} })).status).toBe(422);
    },
  );

  it.each(['Basic YWRtaW46eA==', 'Bearer', 'Bearer a b', testSecrets.adminToken])(
    'as "Authorization: %s" is none',
    async (authorization) => {
      expect((await call('GET', 'jobs', { headers: { Authorization: authorization } })).status).toBe(401);
    },
  );
});

describe('wrong tokens', () => {
  const from = '198.51.100.7';
  const right = { token: testSecrets.adminToken };

  it('are counted by address, over header and sign-in; then the address waits, and nobody else', async () => {
    for (let tries = 0; tries < MAX_FAILED_TRIES; tries += 1) {
      const path = tries % 2 === 0 ? 'jobs' : 'session';
      const tried =
        path === 'jobs'
          ? await call('GET', path, { token: `wrong-${tries}`, from })
          : await call('POST', path, { body: { token: `wrong-${tries}` }, from });
      expect(tried.status).toBe(401);
    }
    const refused = await call('GET', 'jobs', { ...right, from });
    expect([refused.status, refused.answer['code']]).toEqual([429, 'too_many_tries']);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(200);
    expect((await call('POST', 'session', { body: right, from })).status).toBe(429);
    expect((await call('GET', 'jobs', { ...right, from: '198.51.100.8' })).status).toBe(200);
    expect((await call('GET', 'jobs', right)).status).toBe(200);
  });

  it('do not end the session of somebody at the same address', async () => {
    expect((await call('GET', 'jobs', { cookie: await signIn(), from })).status).toBe(200);
  });

  it('are forgiven when the time is over', async () => {
    const clock = server.server.app.get(Clock);
    const now = clock.now.bind(clock);
    clock.now = () => now() + TRIES_WINDOW_MS;
    expect((await call('GET', 'jobs', { ...right, from })).status).toBe(200);
    clock.now = now;
  });

  it('can not be blamed on an address by who writes it into the header in front of a proxy', async () => {
    for (let tries = 0; tries <= MAX_FAILED_TRIES; tries += 1) {
      await call('GET', 'jobs', { token: 'wrong', from: '203.0.113.9, 198.51.100.66' });
    }
    expect((await call('GET', 'jobs', { ...right, from: '203.0.113.9' })).status).toBe(200);
    expect((await call('GET', 'jobs', { ...right, from: '198.51.100.66' })).status).toBe(429);
  });
});

describe('the audit log', () => {
  it('has each change: who, from where, what about, the names of the fields, and what came of it', async () => {
    await call('POST', 'accounts', { token: testSecrets.adminToken, body: account, from: '192.0.2.77' });
    await call('PATCH', `accounts/${account.instagramId}`, {
      token: testSecrets.adminToken,
      body: { accessToken: 'IGAA-another-secret', username: 'a_new_name' },
    });
    await call('PATCH', 'accounts/1', { token: testSecrets.adminToken, body: { username: 'a_new_name' } });
    await call('POST', 'automations', { token: testSecrets.adminToken, body: { name: 'a text of mine' } });
    const [invalid, missing, changed, made] = await audit('limit=4');
    expect(made).toMatchObject({
      caller: { role: 'admin', via: 'bearer', token: expect.stringMatching(/^[0-9a-f]{8}$/) },
      address: '192.0.2.77',
      method: 'POST',
      route: '/api/admin/accounts',
      target: account.instagramId,
      fields: ['instagramId', 'username', 'accessToken'],
      status: 201,
      code: null,
    });
    expect(changed).toMatchObject({
      route: '/api/admin/accounts/:instagramId',
      target: account.instagramId,
      fields: ['accessToken', 'username'],
      status: 200,
    });
    expect(missing).toMatchObject({ target: '1', status: 404, code: 'account_not_found' });
    expect(invalid).toMatchObject({
      route: '/api/admin/automations',
      status: 422,
      code: 'validation_failed',
    });
    expect(JSON.stringify(await server.collection('audit_log').find().toArray())).not.toMatch(
      /IGAA|a_new_name|a text of mine|test-admin-token/,
    );
  });

  it('has sign-ins, failed ones, refused changes and sign-outs, and nothing of who only looks', async () => {
    const cookie = await signIn(READ_TOKEN);
    await call('GET', 'jobs', { cookie });
    await call('POST', 'queue/pause', { cookie, headers: dashboard });
    await call('POST', 'queue/pause', { cookie });
    await call('DELETE', 'session', { cookie, headers: dashboard });
    await call('POST', 'session', { body: { token: 'wrong-token' }, from: '192.0.2.78' });
    const entries = await audit('limit=5');
    const reader = expect.objectContaining({ role: 'reader', via: 'session' });
    expect(entries.map(({ method, route, caller, code }) => [method, route, caller, code])).toEqual([
      ['POST', '/api/admin/session', null, 'wrong_token'],
      ['DELETE', '/api/admin/session', reader, null],
      ['POST', '/api/admin/queue/pause', reader, 'other_origin'],
      ['POST', '/api/admin/queue/pause', reader, 'read_only_token'],
      ['POST', '/api/admin/session', reader, null],
    ]);
  });

  it('is filtered and read page by page', async () => {
    expect((await audit('role=none')).every(({ caller }) => caller === null)).toBe(true);
    expect((await audit('result=refused')).every(({ status }) => Number(status) >= 400)).toBe(true);
    expect(await audit('method=PATCH&result=done')).toHaveLength(1);
    expect(await audit(`target=${account.instagramId}&result=done`)).toHaveLength(2);
    expect(await audit('address=192.0.2.77')).toHaveLength(1);
    expect(await audit('to=2020-01-01T00:00:00Z')).toEqual([]);
    const first = (await call('GET', 'audit-log?limit=2', { token: READ_TOKEN })).answer;
    const second = (
      await call('GET', `audit-log?limit=2&cursor=${first['nextCursor']}`, { token: READ_TOKEN })
    ).answer;
    const ids = [...(first['items'] as { id: string }[]), ...(second['items'] as { id: string }[])].map(
      ({ id }) => id,
    );
    expect(new Set(ids).size).toBe(4);
    expect(ids.toSorted().toReversed()).toEqual(ids);
  });

  it.each([
    'role=owner',
    'from=yesterday',
    'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    'what=1',
    'target[$ne]=1',
    'result=done&result=refused',
  ])('refuses the filter %s', async (query) => {
    const { status } = await call('GET', `audit-log?${query}`, { token: READ_TOKEN });
    expect(status).toBe(422);
  });

  it('is looked through in pieces, however long it is', async () => {
    const entries = server.collection('audit_log');
    const { _id, ...entry } = (await entries.findOne({}))!;
    await call('POST', 'queue/resume', { token: testSecrets.adminToken, from: '192.0.2.99' });
    await entries.insertMany(Array.from({ length: 6000 }, () => ({ ...entry, address: '192.0.2.1' })));
    const read = async (more: string) =>
      (await call('GET', `audit-log?address=192.0.2.99${more}`, { token: READ_TOKEN })).answer;
    const first = await read('');
    expect(first).toEqual({ items: [], nextCursor: expect.any(String) });
    const second = await read(`&cursor=${first['nextCursor']}`);
    expect(second).toEqual({ items: [expect.objectContaining({ address: '192.0.2.99' })], nextCursor: null });
  });
});
