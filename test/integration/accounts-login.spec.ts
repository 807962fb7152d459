import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { TokenRefresher } from '../../src/accounts/login/token.refresher.js';
import { LoginClient } from '../../src/instagram/graph/login.client.js';
import { signRequest } from '../../src/instagram/signed-request.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { startServer, type RunningServer } from '../../src/server.js';
import { Conversation } from '../support/conversation.js';
import { testConfig, testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const sandbox = new SandboxServer();
/** Its numbers exceed 2^53: rounded, it would be another account. */
const instagramId = '17841400000000017';
let server: TestServer;

beforeAll(async () => {
  const { url } = await sandbox.listen();
  const running: RunningServer = await startServer(
    testConfig({
      INSTAGRAM_GRAPH_URL: url,
      INSTAGRAM_APP_ID: '990602627938098',
      INSTAGRAM_AUTHORIZE_URL: `${url}/oauth/authorize`,
      INSTAGRAM_TOKEN_URL: `${url}/oauth/access_token`,
      PUBLIC_URL: 'https://bot.example.com',
    }),
    false,
  );
  server = TestServer.of(running, sandbox);
});

afterAll(() => server?.close());

beforeEach(async () => {
  sandbox.reset();
  for (const name of ['accounts', 'automations', 'contacts', 'messages', 'jobs', 'webhook_logs'])
    await server.collection(name).deleteMany({});
});

/** Follows Instagram's redirect as a browser does, to the server under test. */
async function login(change: (callback: URL) => void = () => {}): Promise<Response> {
  const { url } = (await server.admin('POST', 'oauth')) as { url: string };
  const consent = await fetch(`${url}&account=${instagramId}`, { redirect: 'manual' });
  const callback = new URL(consent.headers.get('location')!);
  expect(callback.origin).toBe('https://bot.example.com');
  change(callback);
  return fetch(`${server.url}${callback.pathname}${callback.search}`);
}
const account = async () => (await server.admin('GET', `accounts/${instagramId}`)) as Record<string, unknown>;
const post = (path: string, fields: Record<string, string>) =>
  fetch(`${server.url}/api/oauth/instagram/${path}`, { method: 'POST', body: new URLSearchParams(fields) });

describe('connecting by login', () => {
  it('exchanges the code for a token of 60 days, reads whose it is, and subscribes', async () => {
    const response = await login();
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('is connected');
    expect(await account()).toMatchObject({ instagramId, status: 'active' });
    const days = (Date.parse((await account())['tokenExpiresAt'] as string) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(60);
    expect(sandbox.state.accounts.get(instagramId)!.subscribedFields).toEqual(
      expect.arrayContaining(['messages', 'messaging_postbacks', 'comments', 'live_comments']),
    );
    const talk = new Conversation(server, instagramId, '2978000000000001');
    await server.admin('POST', 'automations', {
      account: instagramId,
      name: 'Hi',
      trigger: { type: 'message' },
      actions: [{ type: 'send_message', text: 'Hi' }],
    });
    expect(await talk.say('hi')).toMatchObject({ result: 'answered' });
  });

  it('sets an account going again that lost its token', async () => {
    await login();
    await server.collection('accounts').updateOne({ instagramId }, { $set: { status: 'reconnect' } });
    await login();
    expect(await account()).toMatchObject({ status: 'active' });
  });

  it('asks Instagram for what it needs, and no more', async () => {
    const { url } = (await server.admin('POST', 'oauth')) as { url: string };
    const query = Object.fromEntries(new URL(url).searchParams);
    expect(query).toEqual({
      client_id: '990602627938098',
      redirect_uri: 'https://bot.example.com/api/oauth/instagram/callback',
      response_type: 'code',
      scope: 'instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments',
      state: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it.each<[string, (callback: URL) => void, number, string]>([
    ['a foreign state', (url) => url.searchParams.set('state', 'x'), 400, 'oauth_state_invalid'],
    ['no state', (url) => url.searchParams.delete('state'), 400, 'oauth_refused'],
    ['a refusal of the owner', (url) => url.searchParams.set('error', 'access_denied'), 400, 'oauth_refused'],
    ['a wrong code', (url) => url.searchParams.set('code', 'x'), 502, 'oauth_failed'],
  ])('refuses %s', async (_what, change, status, code) => {
    const response = await login(change);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(await server.collection('accounts').countDocuments()).toBe(0);
  });

  it('takes a state once', async () => {
    let used = '';
    await login((url) => (used = `${url.pathname}${url.search}`));
    const again = await fetch(`${server.url}${used}`);
    expect(await again.json()).toMatchObject({ code: 'oauth_state_invalid' });
  });

  it('takes no state that is older than ten minutes', async () => {
    const { url } = (await server.admin('POST', 'oauth')) as { url: string };
    const states = server.collection<{ expiresAt: Date }>('login_states');
    const begun = await states.findOne({}, { sort: { expiresAt: -1 } });
    expect(Math.abs(begun!.expiresAt.getTime() - Date.now() - 600_000)).toBeLessThan(60_000);
    await states.updateMany({}, { $set: { expiresAt: new Date(Date.now() - 1) } });
    const state = new URL(url).searchParams.get('state')!;
    const answer = await fetch(`${server.url}/api/oauth/instagram/callback?code=x&state=${state}`);
    expect(await answer.json()).toMatchObject({ code: 'oauth_state_invalid' });
  });

  it('needs the admin token to begin', async () => {
    const response = await fetch(`${server.url}/api/admin/oauth`, { method: 'POST' });
    expect(response.status).toBe(401);
  });
});

describe('refreshing tokens', () => {
  const due = () =>
    server.collection('accounts').updateOne({ instagramId }, { $set: { refreshAt: new Date(0) } });
  const token = () => sandbox.state.accounts.get(instagramId)!.token;

  it('exchanges a token that is due, once', async () => {
    await login();
    const before = token();
    await server.get(TokenRefresher).refreshDue();
    expect(token()).toBe(before);
    await due();
    await server.get(TokenRefresher).refreshDue();
    expect(token()).not.toBe(before);
    const after = token();
    await server.get(TokenRefresher).refreshDue();
    expect(token()).toBe(after);
    expect((await account())['status']).toBe('active');
  });

  it('marks the account when the token has expired', async () => {
    await login();
    await due();
    const effect = { type: 'error', status: 401, code: 190 } as const;
    sandbox.faults.add({ match: { call: 'login' }, times: null, effect });
    await server.get(TokenRefresher).refreshDue();
    expect((await account())['status']).toBe('reconnect');
  });

  it('leaves a token alone that was entered while Instagram was asked', async () => {
    await login();
    await due();
    const client = server.get(LoginClient);
    const refresh = client.refresh.bind(client);
    client.refresh = async (accessToken) => {
      const fresh = await refresh(accessToken);
      await server.admin('PATCH', `accounts/${instagramId}`, { accessToken: 'IGAAentered' });
      return fresh;
    };
    try {
      await server.get(TokenRefresher).refreshDue();
    } finally {
      client.refresh = refresh;
    }
    expect((await server.get(AccountsService).find(instagramId))!.accessToken).toBe('IGAAentered');
  });

  it('learns how long a token lasts that was entered by hand', async () => {
    await server.admin('POST', 'accounts', { instagramId, username: 'shop', accessToken: 'IGAAmanual' });
    sandbox.state.setToken(sandbox.state.account(instagramId), 'IGAAmanual');
    expect(await account()).not.toHaveProperty('tokenExpiresAt');
    await due();
    await server.get(TokenRefresher).refreshDue();
    expect(await account()).toHaveProperty('tokenExpiresAt');
  });
});

describe('what Instagram calls when somebody leaves', () => {
  const signed = (user: string, secret = testSecrets.appSecret) =>
    signRequest({ algorithm: 'HMAC-SHA256', issued_at: 1, user_id: user }, secret);

  /** What the account wrote itself belongs to no group of jobs. */
  const deadEcho = (person: string) =>
    server.collection<Record<string, unknown>>('jobs').insertOne({
      kind: 'echo',
      status: 'dead',
      limitKey: instagramId,
      payload: { kind: 'echo', account: instagramId, person, text: 'by hand' },
    });

  /** By collection, everything in it as text. */
  const keptOfPeople = () =>
    Promise.all(
      ['contacts', 'messages', 'jobs', 'webhook_logs'].map(async (name) => {
        const rows = await server.collection(name).find({}, { promoteBuffers: true }).toArray();
        const texts = rows.map((row) => JSON.stringify(row) + String((row as { body?: Buffer }).body));
        return [name, texts.join('')] as const;
      }),
    );

  it('deauthorize: the account must be connected again', async () => {
    await login();
    const response = await post('deauthorize', { signed_request: signed(`9${instagramId.slice(1)}`) });
    expect(await response.json()).toEqual({ success: true });
    expect(await account()).toMatchObject({ status: 'reconnect', statusReason: 'deauthorized' });
  });

  it.each(['deauthorize', 'data-deletion'])('%s: refuses what this app has not signed', async (path) => {
    for (const value of [signed('1', 'another secret'), 'x.y', '', signed('not an id')]) {
      const response = await post(path, { signed_request: value });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'signed_request_invalid' });
    }
    expect((await post(path, {})).status).toBe(422);
  });

  it('data deletion of a person: nothing of them is left, and all of the others', async () => {
    await login();
    await server.admin('POST', 'automations', {
      account: instagramId,
      name: 'Hi',
      trigger: { type: 'message' },
      actions: [{ type: 'send_message', text: 'Hi' }],
    });
    const [leaving, staying] = ['2978000000000001', '2978000000000002'];
    for (const person of [leaving, staying]) {
      await new Conversation(server, instagramId, person).say('hi');
      // Under an account that is not connected, nothing is a contact.
      await new Conversation(server, '17841400000000018', person).say('hi');
    }
    await deadEcho(leaving);
    // Without a contact, one is still in the outbox and the queue.
    await server.contacts.deleteOne({ person: leaving });
    const response = await post('data-deletion', { signed_request: signed(leaving) });
    const { url, confirmation_code: code } = (await response.json()) as Record<string, string>;
    expect(url).toBe(`https://bot.example.com/api/oauth/instagram/data-deletion/${code}`);
    const status = await fetch(`${server.url}${new URL(url!).pathname}`);
    expect(await status.json()).toMatchObject({ status: 'deleted' });
    for (const [name, text] of await keptOfPeople()) {
      expect([name, text.includes(leaving)]).toEqual([name, false]);
      expect([name, text.includes(staying)]).toEqual([name, true]);
    }
  });

  it('deleting a contact: nothing of the person is left under the account, and all of others', async () => {
    await login();
    await server.admin('POST', 'automations', {
      account: instagramId,
      name: 'Hi',
      trigger: { type: 'message' },
      actions: [{ type: 'send_message', text: 'Hi' }],
    });
    const elsewhere = '17841400000000018';
    // The id of the second begins with that of the first.
    const [leaving, staying] = ['29780000000001', '297800000000012'];
    for (const person of [leaving, staying]) await new Conversation(server, instagramId, person).say('hi');
    await new Conversation(server, elsewhere, leaving).say('hi');
    await deadEcho(leaving);
    await server.admin('DELETE', `contacts/${instagramId}:${leaving}`);
    for (const [name, text] of await keptOfPeople()) {
      const kept = (person: string) => new RegExp(`${person}(?!\\d)`).test(text);
      const ofOthers = name === 'jobs' || name === 'webhook_logs';
      expect([name, kept(leaving), kept(staying)]).toEqual([name, ofOthers, true]);
    }
    for (const name of ['jobs', 'webhook_logs']) {
      const rows = JSON.stringify(await server.collection(name).find({}).toArray());
      expect([name, rows.includes(`${instagramId}:${leaving}"`)]).toEqual([name, false]);
      expect([name, rows.includes(`${elsewhere}:${leaving}"`)]).toEqual([name, true]);
    }
    const carrying = { limitKey: instagramId, 'payload.person': leaving };
    expect(await server.collection('jobs').countDocuments(carrying)).toBe(0);
    await expect(server.admin('DELETE', `contacts/${instagramId}:${leaving}`)).rejects.toThrow('404');
  });

  it('data deletion of an owner: the account goes with all that it has', async () => {
    await login();
    await new Conversation(server, instagramId, '2978000000000001').say('hi');
    await post('data-deletion', { signed_request: signed(`9${instagramId.slice(1)}`) });
    for (const name of ['accounts', 'automations', 'contacts', 'messages', 'jobs', 'webhook_logs'])
      expect([name, await server.collection(name).countDocuments()]).toEqual([name, 0]);
  });
});
