import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { MessageEvent } from '../../src/instagram/instagram-event.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig, testSecrets } from '../support/test-config.js';

const sandbox = new SandboxServer();
const config = testConfig();
let app: AutomationApp;
let other: AutomationApp;
let base: string;
let accounts = 0;
let account: string;

beforeAll(async () => {
  const { url } = await sandbox.listen();
  app = await AutomationApp.start(config, url);
  other = await AutomationApp.start(config, url);
  base = `${await app.listen()}/api/admin/automations`;
});

afterAll(async () => {
  await other?.close();
  await app?.close();
  await sandbox.close();
});

beforeEach(async () => {
  sandbox.reset();
  accounts += 1;
  account = `1784160000000${String(accounts).padStart(4, '0')}`;
  await app.accounts.connect(account, 'shop', 'IGAAtoken');
});

interface Answer {
  status: number;
  body: Record<string, unknown> & { items?: { id: string }[] };
}

async function call(
  method: string,
  path = '',
  body?: unknown,
  token = testSecrets.adminToken,
): Promise<Answer> {
  const response = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) };
}

const price = () => ({
  account,
  name: 'Price',
  trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
  actions: [{ type: 'send_message', text: 'It is 49 EUR.' }],
});
const message = (): MessageEvent => ({
  kind: 'message',
  account,
  person: '2978',
  timestamp: Date.now(),
  mid: 'm',
  attachments: [],
  text: 'price?',
});
const create = async (settings: object = price()) => (await call('POST', '', settings)).body['id'] as string;
const resultIn = async (process: AutomationApp) => {
  const result = await process.handle(message());
  return result.type === 'done' ? result.outcome?.result : result.type;
};

describe('/api/admin/automations', () => {
  it('creates an automation and shows it', async () => {
    const created = await call('POST', '', price());
    expect(created).toEqual({
      status: 201,
      body: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        ...price(),
        trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'], exclude: [] } },
        enabled: true,
        priority: 0,
        continue: false,
        conditions: [],
        cooldownMs: 0,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    });
    expect(await call('GET', `/${created.body['id'] as string}`)).toEqual({
      status: 200,
      body: created.body,
    });
  });

  it.each(['GET', 'POST'])('refuses %s without the admin token', async (method) => {
    const body = method === 'POST' ? price() : undefined;
    expect((await call(method, '', body, 'wrong-token')).status).toBe(401);
  });

  it('refuses what is not valid, with the path of each wrong field', async () => {
    const answer = await call('POST', '', {
      ...price(),
      name: '',
      schedule: {},
      actions: [{ type: 'dance' }],
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    const paths = (answer.body['details'] as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['actions.0.type', 'name', 'schedule.timezone']);
  });

  it.each([
    'http://127.0.0.1:3000/',
    'https://169.254.169.254/latest',
    'http://[::1]/',
    'https://localhost/',
  ])('refuses %s as a webhook', async (url) => {
    const answer = await call('POST', '', { ...price(), actions: [{ type: 'call_webhook', url }] });
    expect(answer).toMatchObject({
      status: 422,
      body: { details: [{ path: 'actions.0.url', message: 'must be a public address' }] },
    });
  });

  it('refuses media within private networks, though it is Instagram that fetches them', async () => {
    const actions = [
      { type: 'send_media', kind: 'image', url: 'https://10.0.0.1/a.png' },
      { type: 'send_cards', cards: [{ title: 'A' }, { title: 'B', imageUrl: 'https://[fd00::1]/b.png' }] },
    ];
    const answer = await call('POST', '', { ...price(), actions });
    const refusal = { message: 'must be a public address' };
    expect(answer).toMatchObject({
      status: 422,
      body: {
        details: [
          { path: 'actions.0.url', ...refusal },
          { path: 'actions.1.cards.1.imageUrl', ...refusal },
        ],
      },
    });
  });

  it('refuses an account that is not connected', async () => {
    expect(await call('POST', '', { ...price(), account: '999' })).toMatchObject({
      status: 422,
      body: { details: [{ path: 'account', message: 'is not a connected account' }] },
    });
  });

  it('lists by account, page by page', async () => {
    const ids = [await create(), await create(), await create()];
    const first = await call('GET', `?account=${account}&limit=2`);
    expect(first.body.items!.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await call(
      'GET',
      `?account=${account}&limit=2&cursor=${first.body['nextCursor'] as string}`,
    );
    expect(second.body.items!.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.body['nextCursor']).toBeNull();
    expect((await call('GET', '?account=999')).body).toEqual({ items: [], nextCursor: null });
  });

  it.each(['?limit=0', '?cursor=x', '?limit=a'])('refuses the query %s', async (query) => {
    expect((await call('GET', query)).status).toBe(422);
  });

  it('replaces all settings', async () => {
    const id = await create({ ...price(), priority: 5, cooldownMs: 1000 });
    const answer = await call('PUT', `/${id}`, { ...price(), name: 'New' });
    expect(answer).toMatchObject({ status: 200, body: { id, name: 'New', priority: 0, cooldownMs: 0 } });
  });

  it('changes single settings and leaves the others', async () => {
    const id = await create({ ...price(), priority: 5 });
    const answer = await call('PATCH', `/${id}`, { enabled: false });
    expect(answer).toMatchObject({ status: 200, body: { id, name: 'Price', enabled: false, priority: 5 } });
  });

  it('refuses a change that does not fit what stays', async () => {
    const id = await create();
    const answer = await call('PATCH', `/${id}`, { actions: [{ type: 'reply_to_comment', text: 'Hi' }] });
    expect(answer).toMatchObject({ status: 422, body: { details: [{ path: 'actions.0.type' }] } });
  });

  it('takes a field back by null, and no field that an automation must have', async () => {
    const schedule = { timezone: 'UTC', days: ['mon'] };
    const conditions = [{ type: 'first_contact' }];
    const more = { schedule, conditions, priority: 5, cooldownMs: 1000, continue: true };
    const id = await create({ ...price(), ...more });
    const nothing = Object.fromEntries(Object.keys(more).map((field) => [field, null]));
    const { status, body } = await call('PATCH', `/${id}`, nothing);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { name: 'Price', conditions: [], priority: 0, cooldownMs: 0, continue: false },
    });
    expect(body).not.toHaveProperty('schedule');
    expect((await call('GET', `/${id}`)).body).toEqual(body);
    const must = ['account', 'name', 'enabled', 'trigger', 'actions'];
    const refused = await call('PATCH', `/${id}`, Object.fromEntries(must.map((field) => [field, null])));
    expect(refused.status).toBe(422);
    const paths = (refused.body['details'] as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(must.toSorted());
  });

  it('does not move an automation to another account', async () => {
    const id = await create();
    expect(await call('PATCH', `/${id}`, { account: '999' })).toMatchObject({
      status: 422,
      body: { details: [{ path: 'account' }] },
    });
  });

  it('deletes', async () => {
    const id = await create();
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect(await call('GET', `/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'automation_not_found' },
    });
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])(
    'answers %s of an unknown or impossible id with 404',
    async (method) => {
      const body = method === 'PUT' ? price() : method === 'PATCH' ? { enabled: true } : undefined;
      for (const id of ['0123456789abcdef01234567', 'nonsense']) {
        expect((await call(method, `/${id}`, body)).status).toBe(404);
      }
    },
  );
});

describe('the secret of a webhook', () => {
  const url = 'https://hooks.example.org/';
  const call1 = (more: object = {}) => ({ type: 'call_webhook', url, ...more });
  const withActions = (...actions: object[]) => ({ ...price(), actions });
  const secretsOf = async (id: string) =>
    (await app.automations.get(id)).actions.map((action) => 'secret' in action && action.secret);
  const secret = 'signs-the-body';

  it('is in no answer', async () => {
    const created = await call('POST', '', withActions(call1({ secret }), call1()));
    const id = created.body['id'] as string;
    const shown = [call1({ secretSet: true }), call1({ secretSet: false })];
    expect(created.body).toMatchObject({ actions: shown });
    const { id: _i, createdAt: _c, updatedAt: _u, ...settings } = created.body;
    const answers = [
      created,
      await call('GET', `/${id}`),
      await call('GET', `?account=${account}`),
      await call('PATCH', `/${id}`, { priority: 1 }),
      await call('PUT', `/${id}`, settings),
      await call('POST', `/${id}/duplicate`),
      await call('POST', '/validate', withActions(call1({ secret }))),
    ];
    for (const { status, body } of answers) {
      expect([200, 201]).toContain(status);
      expect(JSON.stringify(body)).toContain('"secretSet":true');
      expect(JSON.stringify(body)).not.toContain(secret);
    }
    expect(await secretsOf(id)).toEqual([secret, false]);
    expect(await secretsOf(answers[5]!.body['id'] as string)).toEqual([secret, false]);
    expect(
      await app.collection('automations').countDocuments({ 'actions.secretSet': { $exists: true } }),
    ).toBe(0);
  });

  it('stays when it is left out, wherever its action stands then', async () => {
    const id = await create(withActions(call1({ secret })));
    const text = { type: 'send_message', text: 'Hi' };
    for (const method of ['PATCH', 'PUT']) {
      const body = withActions(text, call1());
      expect(
        (await call(method, `/${id}`, method === 'PATCH' ? { actions: body.actions } : body)).status,
      ).toBe(200);
      expect(await secretsOf(id)).toEqual([false, secret]);
    }
    await call('PATCH', `/${id}`, { actions: [call1({ secret: 'another-secret' })] });
    expect(await secretsOf(id)).toEqual(['another-secret']);
  });

  it('goes with its address, and by null', async () => {
    const id = await create(withActions(call1({ secret })));
    const elsewhere = [call1({ url: 'https://other.example.org/' })];
    expect((await call('PATCH', `/${id}`, { actions: elsewhere })).body).toMatchObject({
      actions: [{ ...elsewhere[0], secretSet: false }],
    });
    expect(await secretsOf(id)).toEqual([false]);
    await call('PATCH', `/${id}`, { actions: [call1({ secret })] });
    await call('PATCH', `/${id}`, { actions: [call1({ secret: null })] });
    expect(await secretsOf(id)).toEqual([false]);
    expect(await secretsOf(await create(withActions(call1({ secret: null }))))).toEqual([false]);
  });
});

describe('a change', () => {
  it('counts for the next event of this process', async () => {
    expect(await resultIn(app)).toBe('no_match');
    const id = await create();
    expect(await resultIn(app)).toBe('answered');
    await call('PATCH', `/${id}`, { enabled: false });
    expect(await resultIn(app)).toBe('no_match');
    await call('PATCH', `/${id}`, { enabled: true });
    expect(await resultIn(app)).toBe('answered');
    await call('DELETE', `/${id}`);
    expect(await resultIn(app)).toBe('no_match');
  });

  it('reaches another process within two seconds', async () => {
    expect(await resultIn(other)).toBe('no_match');
    const changedAt = performance.now();
    await create();
    while ((await resultIn(other)) === 'no_match') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(performance.now() - changedAt).toBeLessThan(2000);
  });
});
