import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SendLimiter } from '../../src/automation/limits/send.limiter.js';
import { Conversation } from '../support/conversation.js';
import { TestServer } from '../support/test-server.js';

let server: TestServer;
let accounts = 0;
let account: string;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

beforeEach(async () => {
  server.sandbox.reset();
  accounts += 1;
  account = `1784150000000${String(accounts).padStart(4, '0')}`;
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: `shop_${accounts}`,
    accessToken: 'IGAAtoken',
  });
});

const list = async (query: string) => {
  const page = (await server.admin('GET', `accounts?${query}`)) as { items: { instagramId: string }[] };
  return page.items.map(({ instagramId }) => instagramId);
};

describe('the list of accounts', () => {
  it('finds them by status, username or id', async () => {
    await server.admin('PATCH', `accounts/${account}`, { status: 'paused' });
    expect(await list(`status=paused&q=SHOP_${accounts}`)).toEqual([account]);
    expect(await list(`status=active&q=shop_${accounts}`)).toEqual([]);
    expect(await list(`q=${account}`)).toEqual([account]);
    expect(await list('q=.%2B')).toEqual([]);
  });

  it.each(['status=gone', 'q=a&q=b'])('refuses %s', async (query) => {
    await expect(list(query)).rejects.toThrow('422');
  });
});

describe('the usage of an account', () => {
  const usage = () => server.admin('GET', `accounts/${account}/usage`);
  const idle = (limit: number, windowMs: number) => ({ limit, windowMs, used: 0, fullUntil: null });

  it('of one that did nothing is nothing', async () => {
    expect(await usage()).toEqual({
      quotas: {
        text: idle(100, 1100),
        media: idle(10, 1100),
        privateReply: idle(750, 3_600_000),
        calls: null,
      },
      activity: {
        lastEventAt: null,
        automations: { total: 0, enabled: 0 },
        contacts: 0,
        today: { fired: 0, sent: 0, failed: 0 },
      },
    });
  });

  it('tells what came in, what was sent, and how much is left', async () => {
    const automation = {
      account,
      trigger: { type: 'comment' },
      actions: [{ type: 'send_message', text: 'Hi' }],
    };
    await server.admin('POST', 'automations', { ...automation, name: 'On' });
    await server.admin('POST', 'automations', { ...automation, name: 'Off', enabled: false });
    const before = Date.now();
    const talk = new Conversation(server, account, '2978000000000001');
    await talk.comment('nice');
    const seen = (await usage()) as { activity: { lastEventAt: string } };
    expect(seen).toMatchObject({
      quotas: { privateReply: { limit: 750, used: 15, fullUntil: null } },
      activity: { automations: { total: 2, enabled: 1 }, contacts: 1 },
    });
    expect(Date.parse(seen.activity.lastEventAt)).toBeGreaterThanOrEqual(before);
  });

  it('has what Instagram says of its calls', async () => {
    const calls = { callCountPercent: 42, totalTimePercent: 3, totalCpuTimePercent: 5 };
    const business = [{ businessId: account, regainAccessMs: 0, ...calls }];
    await server.get(SendLimiter).observe(account, { business });
    expect(await usage()).toMatchObject({ quotas: { calls: { percent: 42, at: expect.any(String) } } });
  });

  it('needs an account', async () => {
    account = '999';
    await expect(usage()).rejects.toThrow(/404.*account_not_found/);
  });
});

describe('connecting by a token alone', () => {
  const connect = (accessToken: string) => server.admin('POST', 'accounts/by-token', { accessToken });
  const owner = (id: string, token: string) => {
    const record = server.sandbox.state.account(id);
    server.sandbox.state.setToken(record, token);
  };

  it('asks Instagram whose it is', async () => {
    const id = '17841500000009001';
    owner(id, 'IGAAnew');
    const answer = await connect('IGAAnew');
    expect(answer).toMatchObject({ instagramId: id, status: 'active', username: expect.any(String) });
    expect(JSON.stringify(answer)).not.toContain('IGAA');
  });

  it('gives an account that is here a new token, and leaves a pause', async () => {
    owner(account, 'IGAAsecond');
    await server.admin('PATCH', `accounts/${account}`, { status: 'paused' });
    expect(await connect('IGAAsecond')).toMatchObject({ instagramId: account, status: 'paused' });
  });

  it('names the field when Instagram does not know the token', async () => {
    owner(account, 'IGAAgood');
    await expect(connect('IGAAwrong')).rejects.toThrow(/422.*"accessToken"/);
    await expect(connect('')).rejects.toThrow(/422.*"accessToken"/);
  });

  it('tells when it is Instagram that does not answer', async () => {
    owner(account, 'IGAAgood');
    server.sandbox.faults.add({
      match: { call: 'me' },
      times: 1,
      effect: { type: 'error', status: 500, code: 2 },
    });
    await expect(connect('IGAAgood')).rejects.toThrow(/502.*instagram_unavailable/);
  });
});
