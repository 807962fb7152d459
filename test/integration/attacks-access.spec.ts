import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AdminRoute } from '../support/api-attacks.js';
import { AttackedServer, READ_TOKEN, type Answer } from '../support/attacked-server.js';
import { rawRequest } from '../support/raw-request.js';
import { testSecrets } from '../support/test-config.js';

const SESSION = '/api/admin/session';
/** Asked by POST, and open to read-only tokens: each was looked at, and changes nothing. */
const HARMLESS = new Set([
  'DELETE /api/admin/session',
  'POST /api/admin/automations/try',
  'POST /api/admin/automations/validate',
  'POST /api/admin/session',
  'POST /api/admin/webhook-logs/{id}/dry-run',
]);

let attacked: AttackedServer;
let before: string;
let address = 0;

beforeAll(async () => {
  attacked = await AttackedServer.start();
  before = await kept();
});

afterAll(() => attacked?.close());

const kept = () => attacked.kept('queue_pause');
const isWrite = ({ method }: AdminRoute) => method !== 'GET';
const nameOf = ({ method, path }: AdminRoute) => `${method} ${path}`;
const codeOf = ({ json }: Answer) => (json as { code?: string }).code;
const body = ({ method }: AdminRoute) => (method === 'GET' ? {} : { body: {} });
/** Wrong tokens are counted by address: each try comes from another. */
const from = () => ({ 'X-Forwarded-For': `198.51.${(address += 1) >> 8}.${address & 255}` });

/** Those routes, by name, that did not answer with this code. */
async function notAnswered(
  code: string,
  routes: readonly AdminRoute[],
  ask: (route: AdminRoute, path: string) => Promise<Answer>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const route of routes) {
    const answer = await ask(route, attacked.addressOf(route, true));
    if (codeOf(answer) !== code) wrong.push(`${answer.status} ${nameOf(route)}`);
  }
  expect(await kept()).toBe(before);
  return wrong;
}

describe('a stranger', () => {
  const guarded = () => attacked.allRoutes.filter(({ path }) => path !== SESSION);

  it.each<[string, string, Record<string, string>]>([
    ['no token', '', {}],
    ['the token as a password', '', { Authorization: `Basic ${btoa(`:${testSecrets.adminToken}`)}` }],
    ['the token in the query', `?token=${testSecrets.adminToken}`, {}],
    ['the token in the query, as OAuth has it', `?access_token=${testSecrets.adminToken}`, {}],
    ['a session that nobody began', '', { Cookie: 'chatautodm_session=AAAA' }],
  ])('gets into no route by %s', async (_, query, headers) => {
    expect(guarded().length).toBeGreaterThan(40);
    const wrong = await notAnswered('admin_token_required', guarded(), (route, path) =>
      attacked.call(route.method, path + query, { token: null, headers, ...body(route) }),
    );
    expect(wrong).toEqual([]);
  });

  it('gets into no route by a wrong token', async () => {
    const wrong = await notAnswered('wrong_token', attacked.allRoutes, (route, path) =>
      attacked.call(route.method, path, {
        token: `${testSecrets.adminToken}x`,
        headers: from(),
        ...body(route),
      }),
    );
    expect(wrong).toEqual([]);
  });

  it.each([
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/favicon.svg/../../../package.json',
    '/api/docs/package.json',
    '/api/docs/..%2f..%2fpackage.json',
    '/api/docs/%2e%2e%2f%2e%2e%2fpackage.json',
    '/api/docs/swagger-ui.css/../package.json',
    '/api/docs/swagger-ui.css%00.json',
    '/api/docs/../../package.json',
    '/../package.json',
    '//package.json',
  ])('gets no file of the server at %s', async (path) => {
    const { status, body: text } = await rawRequest(attacked.url, { path });
    expect(text).not.toMatch(/"(?:version|scripts|dependencies)":/);
    expect([200, 400, 404]).toContain(status);
  });
});

describe('a read-only token', () => {
  it('changes nothing by any route, and is told so', async () => {
    const routes = attacked.allRoutes.filter((route) => isWrite(route) && !HARMLESS.has(nameOf(route)));
    expect(routes.length).toBeGreaterThan(20);
    const wrong = await notAnswered('read_only_token', routes, (route, path) =>
      attacked.call(route.method, path, { token: READ_TOKEN, body: {} }),
    );
    expect(wrong).toEqual([]);
  });

  it('changes nothing by what is asked by GET', async () => {
    for (const route of attacked.routes.filter((each) => !isWrite(each))) {
      const { status } = await attacked.call('GET', attacked.addressOf(route, true), { token: READ_TOKEN });
      expect(`${status < 500} ${nameOf(route)}`).toBe(`true ${nameOf(route)}`);
    }
    expect(await kept()).toBe(before);
  });
});

describe("a page of another origin, in the operator's browser", () => {
  it.each<[string, Record<string, string>]>([
    ['a form', { 'Content-Type': 'text/plain' }],
    ['a form, in a browser that tells the site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a script', { 'X-Requested-With': 'x', Origin: 'https://evil.example' }],
    ['a script of a neighbour', { 'X-Requested-With': 'x', 'Sec-Fetch-Site': 'same-site' }],
    ['a frame without an origin', { 'X-Requested-With': 'x', Origin: 'null' }],
  ])('changes nothing by %s', async (_, headers) => {
    const signIn = await fetch(attacked.url + SESSION, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: testSecrets.adminToken }),
    });
    const Cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const wrong = await notAnswered('other_origin', attacked.allRoutes.filter(isWrite), (route, path) =>
      attacked.call(route.method, path, { token: null, headers: { ...headers, Cookie }, body: {} }),
    );
    expect(wrong).toEqual([]);
    const stillThere = await attacked.call('GET', SESSION, { token: null, headers: { Cookie } });
    expect(stillThere.json).toMatchObject({ role: 'admin' });
  });
});

describe('a parameter that a route does not know', () => {
  it('is refused by name, and nothing is done', async () => {
    const wrong = await notAnswered('validation_failed', attacked.allRoutes, async (route, path) => {
      const answer = await attacked.call(route.method, `${path}?no_such=1`, body(route));
      const { details = [] } = answer.json as { details?: { path: string }[] };
      const isNamed = details.some((detail) => detail.path === 'no_such');
      return isNamed || isWrite(route) ? answer : { ...answer, json: {} };
    });
    expect(wrong).toEqual([]);
  });
});
