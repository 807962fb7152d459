import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { TextRetention } from '../../src/automation/outbox/text-retention.js';
import { Conversation } from '../support/conversation.js';
import { TestServer } from '../support/test-server.js';

let server: TestServer;
let talk: Conversation;
let accounts = 0;

beforeAll(async () => {
  server = await TestServer.start({ PUBLIC_URL: 'https://bot.example.com' });
});

afterAll(() => server?.close());

beforeEach(async () => {
  server.sandbox.reset();
  accounts += 1;
  talk = new Conversation(server, `1784190000000${String(accounts).padStart(4, '0')}`, '2978000000000001');
  const { account: instagramId } = talk;
  await server.admin('POST', 'accounts', { instagramId, username: 'shop', accessToken: 'IGAAtoken' });
});

const automate = async (actions: object[], more: object = {}): Promise<string> => {
  const body = { account: talk.account, name: 'Test', trigger: { type: 'message' }, actions, ...more };
  return ((await server.admin('POST', 'automations', body)) as { id: string }).id;
};
const figures = async (id: string, query = '') =>
  (await server.admin('GET', `automations/${id}/figures${query}`)) as {
    total: Record<string, unknown>;
    days: ({ day: string } & Record<string, unknown>)[];
  };
const text = (content: string) => ({ type: 'send_message', text: content });
const none = { fired: 0, sent: 0, failed: 0, clicks: 0, skipped: {} };

describe('the figures of an automation', () => {
  it('tell how often it fired, sent, failed, and why it did not', async () => {
    const id = await automate([text('One'), text('Two'), { type: 'react', reaction: 'love' }], {
      cooldownMs: 60_000,
    });
    await talk.say('hi');
    await talk.say('hi');
    const other = new Conversation(server, talk.account, '2978000000000002');
    server.sandbox.faults.add({
      match: { call: 'send', account: talk.account },
      times: 1,
      effect: { type: 'error', status: 400, code: 551 },
    });
    await other.say('hi');
    const late = new Conversation(server, talk.account, '2978000000000003');
    await late.say('hi', { timestamp: Date.now() - 25 * 3_600_000 });
    const expected = {
      ...none,
      fired: 1,
      sent: 2,
      failed: 1,
      skipped: { cooldown: 1, outside_window: 1 },
    };
    const today = new Date().toISOString().slice(0, 10);
    expect(await figures(id)).toEqual({ total: expected, days: [{ day: today, ...expected }] });
    expect(await figures(id, '?from=2020-01-01&to=2020-01-31')).toEqual({ total: none, days: [] });
  });

  it('count a job once that ran more than once', async () => {
    const id = await automate([text('One'), text('Two')]);
    server.sandbox.faults.add({
      match: { call: 'send', account: talk.account },
      times: 1,
      effect: { type: 'drop_before' },
    });
    await talk.say('hi');
    expect((await figures(id)).total).toEqual({ ...none, fired: 1, sent: 2 });
  });

  it('count as failed what was given up after its last try', async () => {
    const id = await automate([text('One')]);
    server.sandbox.faults.add({
      match: { call: 'send', account: talk.account },
      times: null,
      effect: { type: 'error', status: 400, code: 999 },
    });
    expect(await talk.say('hi')).toMatchObject({ result: 'failed' });
    expect((await figures(id)).total).toEqual({ ...none, failed: 1 });
  });

  it('need an automation, and days', async () => {
    await expect(figures('0'.repeat(24))).rejects.toThrow('404');
    const id = await automate([text('One')]);
    await expect(figures(id, '?from=yesterday')).rejects.toThrow('422');
  });
});

describe('links in buttons', () => {
  const url = 'https://shop.example.org/a?b=1';
  const withLink = { ...text('Look'), buttons: [{ type: 'url', title: 'Shop', url }] };
  const follow = (slug: string) => fetch(`${server.url}/r/${slug}`, { redirect: 'manual' });

  it('lead through this server, which counts and sends on', async () => {
    const id = await automate([withLink]);
    await talk.say('hi');
    const { items } = (await server.admin('GET', `automations/${id}/links`)) as {
      items: { slug: string; url: string }[];
    };
    expect(items).toEqual([{ slug: expect.stringMatching(/^[\w-]{16}$/), url, clicks: 0 }]);
    const slug = items[0]!.slug;
    const sent = JSON.stringify(talk.received());
    expect(sent).toContain(`https://bot.example.com/r/${slug}`);
    expect(sent).not.toContain(url);
    const response = await follow(slug);
    expect([response.status, response.headers.get('location')]).toEqual([302, url]);
    await follow(slug);
    expect((await figures(id)).total).toMatchObject({ clicks: 2 });
    expect(await server.admin('GET', `automations/${id}/links`)).toEqual({
      items: [{ slug, url, clicks: 2 }],
    });
  });

  it('stay good for those who have them when the button is gone', async () => {
    const id = await automate([withLink]);
    const { items } = (await server.admin('GET', `automations/${id}/links`)) as { items: { slug: string }[] };
    await server.admin('DELETE', `automations/${id}`);
    expect((await follow(items[0]!.slug)).status).toBe(302);
  });

  it.each(['x', '0'.repeat(16), '..%2Fapi', 'https:%2F%2Fevil.example'])(
    'lead nowhere else: %s',
    async (slug) => {
      expect((await follow(slug)).status).toBe(404);
    },
  );
});

describe('texts of what was sent', () => {
  it('go after their time; that it was sent stays', async () => {
    await automate([text('Secret')]);
    await talk.say('hi');
    const row = () => server.messages.findOne({ account: talk.account });
    await server.get(TextRetention).sweep();
    expect(await row()).toMatchObject({ text: 'Secret' });
    const createdAt = new Date(Date.now() - 169 * 3_600_000);
    await server.messages.updateOne({ account: talk.account }, { $set: { createdAt } });
    await server.get(TextRetention).sweep();
    expect(await row()).not.toHaveProperty('text');
    expect(await row()).toMatchObject({ status: 'sent' });
  });

  it.each([
    ['dead', { kind: 'message', payload: { mid: 'm', text: 'Secret' } }],
    ['pending', { kind: 'flow', payload: { event: { mid: 'm', text: 'Secret' }, flow: {} } }],
  ])('go from a %s job as well', async (status, job) => {
    const jobs = server.collection<Record<string, unknown>>('jobs');
    const stored = async (ageHours: number) => {
      const time = Math.floor(Date.now() / 1000) - ageHours * 3600;
      const _id = new Types.ObjectId(time.toString(16) + randomBytes(8).toString('hex'));
      const later = new Date(Date.now() + 3_600_000);
      const rest = { blocked: true, runAt: later, order: later, attempts: 0, rescues: 0, errors: [] };
      await jobs.insertOne({ _id, status, ...rest, ...job });
      return async () => JSON.stringify(await jobs.findOne({ _id }));
    };
    const [old, young] = [await stored(169), await stored(167)];
    await server.get(TextRetention).sweep();
    expect(await young()).toContain('Secret');
    expect(await old()).not.toContain('Secret');
    expect(await old()).toContain('"mid":"m"');
  });
});
