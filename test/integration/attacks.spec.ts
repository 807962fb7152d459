import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { SimulatorModule } from '../../src/sandbox/simulator/simulator.module.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import type { ApiDocument } from '../../src/monitoring/api-docs/api-document.js';
import { startServer } from '../../src/server.js';
import {
  adminRoutesOf,
  operatorQueries,
  operators,
  replacedEverywhere,
  type AdminRoute,
} from '../support/api-attacks.js';
import { rawRequest } from '../support/raw-request.js';
import { testConfig, testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

const account = '17841400000000066';
const person = '2978000000000066';
const contact = `${account}:${person}`;
/** Never ends, and takes nothing. */
const STREAM = '/api/admin/events';
/** What the attacks must leave as it is. */
const KEPT = ['accounts', 'automations', 'contacts', 'messages', 'jobs', 'webhook_logs'];

const automation = {
  account,
  name: 'Price',
  enabled: true,
  priority: 1,
  trigger: { type: 'message', match: { mode: 'word', keywords: ['price'], exclude: ['no'] } },
  conditions: [{ type: 'lacks_tag', tag: 'b' }],
  actions: [
    {
      type: 'send_message',
      text: '49 EUR',
      buttons: [{ type: 'url', title: 'Shop', url: 'https://a.example' }],
    },
    { type: 'set_attribute', name: 'size', value: 'L' },
  ],
};

let server: TestServer;
let routes: AdminRoute[];
/** Real ids, by the part of the address that they stand behind. */
let ids: Record<string, string>;

beforeAll(async () => {
  const sandbox = new SandboxServer();
  const { url } = await sandbox.listen();
  const config = testConfig({ INSTAGRAM_GRAPH_URL: url });
  server = TestServer.of(
    await startServer(config, false, undefined, [SimulatorModule.forRoot(sandbox)]),
    sandbox,
  );
  const document = (await (await fetch(`${server.url}/api/docs/openapi.json`)).json()) as ApiDocument;
  routes = adminRoutesOf(document).filter(({ path }) => path !== STREAM);
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
  const { id } = (await server.admin('POST', 'automations', automation)) as { id: string };
  await server.post(messageWebhook({ account, person, mid: 'm1', text: 'price' }));
  const store = new WebhookStore(server.server);
  await store.finished(1);
  const [job] = await store.jobs();
  const [log] = await store.logs();
  ids = {
    accounts: account,
    automations: id,
    contacts: contact,
    conversations: contact,
    jobs: String(job!._id),
    'webhook-logs': String(log!._id),
  };
});

afterAll(() => server?.close());

interface Answer {
  status: number;
  json: unknown;
}

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: { Authorization: `Bearer ${testSecrets.adminToken}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, json: isJson ? JSON.parse(text) : text };
}

/** The address of the route, for what is there, or else for what is not. */
const addressOf = ({ path }: AdminRoute, real: boolean) =>
  path.replaceAll(/([\w-]+)\/\{\w+\}/g, (_all, kind: string) => {
    if (real && ids[kind] === undefined) throw new Error(`no id for ${path}: make one in beforeAll`);
    return `${kind}/${real ? ids[kind] : '65f000000000000000000000'}`;
  });

async function kept(): Promise<string> {
  const found = await Promise.all(KEPT.map((name) => server.collection(name).find().toArray()));
  return JSON.stringify(found);
}

const isEmpty = ({ status, json }: Answer) =>
  status === 200 && (json as { items?: unknown[] }).items?.length === 0;
const isRefused = ({ status }: Answer) => status >= 400 && status < 500;

describe('an operator of the database', () => {
  it('in a query finds nothing that the same text would not find, on every route', async () => {
    const wrong: string[] = [];
    for (const route of routes.filter(({ method, query }) => method === 'GET' && query.length > 0)) {
      for (const name of route.query) {
        const plain = await call('GET', `${addressOf(route, true)}?${name}=there-is-no-such-thing`);
        for (const query of operatorQueries(name)) {
          const answer = await call('GET', `${addressOf(route, true)}?${query}`);
          const same = answer.status === 200 && JSON.stringify(answer.json) === JSON.stringify(plain.json);
          if (!isRefused(answer) && !same && !isEmpty(answer)) {
            wrong.push(`${answer.status} ${route.path}?${query}`);
          }
        }
        const nul = await call('GET', `${addressOf(route, true)}?${name}=%00`);
        if (nul.status >= 500) wrong.push(`${nul.status} ${route.path}?${name}=%00`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('in a path is no id, on every route', async () => {
    const wrong: string[] = [];
    const before = await kept();
    for (const route of routes.filter(({ path }) => path.includes('{'))) {
      for (const id of [
        '{"$ne":null}',
        '[object Object]',
        '$where',
        '.*',
        '%00',
        '__proto__',
        '..%2f..%2fjobs',
      ]) {
        const path = route.path.replaceAll(/\{\w+\}/g, id.startsWith('%') ? id : encodeURIComponent(id));
        const answer = await call(route.method, path, route.body && {});
        if (!isRefused(answer)) wrong.push(`${answer.status} ${route.method} ${path}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await kept()).toBe(before);
  }, 60_000);

  it('in a body is refused or does nothing, as the whole and as each field of every route', async () => {
    const wrong: string[] = [];
    const before = await kept();
    for (const route of routes.filter(({ method }) => method !== 'GET')) {
      const path = addressOf(route, route.body !== undefined);
      const bodies = operators.flatMap((operator) => [
        operator,
        [operator],
        { ['__proto__']: operator, constructor: { prototype: operator } },
        ...(route.body ?? []).map((field) => ({ [field]: operator })),
      ]);
      bodies.push(...(route.body ?? []).map((field) => ({ [field]: [operators[0]] })));
      const tried = bodies.map(async (body) => {
        const answer = await call(route.method, path, body);
        if (!isRefused(answer) && !isHarmless(route, answer)) {
          wrong.push(`${answer.status} ${route.method} ${route.path} ${JSON.stringify(body)}`);
        }
      });
      await Promise.all(tried);
    }
    await server.admin('POST', 'queue/resume');
    expect(wrong).toEqual([]);
    expect(await kept()).toBe(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
  }, 60_000);

  it('in the place of anything in an automation makes it a wrong one', async () => {
    expect(await call('POST', '/api/admin/automations/validate', automation)).toMatchObject({
      json: { valid: true },
    });
    const wrong: string[] = [];
    for (const operator of operators) {
      for (const [path, body] of replacedEverywhere(automation, operator)) {
        const { json } = await call('POST', '/api/admin/automations/validate', body);
        const { valid, details } = json as { valid: boolean; details: { path: string }[] };
        const named = details.some((detail) => detail.path.startsWith(path) || path.startsWith(detail.path));
        if (valid || !named) wrong.push(`${path}: ${JSON.stringify(json)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('a hostile client', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const answered = async (mid: string) =>
    (await server.post(messageWebhook({ account, person, mid, text: 'price' }))).status;

  it.each(['automations', 'automations/validate', 'import'])(
    'can nest JSON as it likes, at %s',
    async (path) => {
      for (const body of [deep, `{"conditions":${deep},"contacts":${deep}}`]) {
        const answer = await call('POST', `/api/admin/${path}`, body);
        expect(isRefused(answer) || isHarmless({ body: [] }, answer)).toBe(true);
      }
    },
  );

  it('can nest a signed delivery as it likes', async () => {
    const item = `{"sender":{"id":"${person}"},"recipient":{"id":"${account}"},"timestamp":1,"message":${deep}}`;
    for (const body of [
      deep,
      `{"object":"instagram","entry":[{"id":"${account}","time":1,"messaging":[${item}]}]}`,
    ]) {
      expect((await server.post(body)).status).toBeLessThan(500);
    }
    expect(await answered('after-nesting')).toBe(200);
  });

  it('is refused with more than a megabyte for an admin route', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(1_000_001) });
    expect(await call('POST', '/api/admin/automations', body)).toMatchObject({ status: 413 });
  });

  it('is refused or cut with a flood of headers', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`x-${n}`, 'aaaaaaaaaa']));
    for (const headers of [many, { 'x-long': 'a'.repeat(20_000) }]) {
      const status = await rawRequest(`${server.url}/api/admin/jobs`, { headers }).then(
        (answer) => answer.status,
        () => 'cut',
      );
      expect([431, 'cut']).toContain(status);
    }
    expect(await answered('after-headers')).toBe(200);
  });

  it('does not keep deliveries out by 200 requests that it never finishes', async () => {
    const { hostname, port } = new URL(server.url);
    const clients = Array.from({ length: 200 }, () => connect(Number(port), hostname));
    try {
      await Promise.all(
        clients.map(async (client) => {
          await once(client, 'connect');
          client.write('POST /api/webhooks/instagram HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{');
        }),
      );
      expect(await answered('beside-slow-ones')).toBe(200);
    } finally {
      for (const client of clients) client.destroy();
    }
  });
});

/** What takes no body does the same with any, and what only judges a body may answer that it is wrong. */
function isHarmless({ body }: Pick<AdminRoute, 'body'>, { status, json }: Answer): boolean {
  if (status >= 300) return false;
  return body === undefined || (json as { valid?: boolean }).valid === false;
}
