import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Conversation } from '../support/conversation.js';
import { TestServer } from '../support/test-server.js';

let server: TestServer;
let talk: Conversation;
let accounts = 0;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

beforeEach(async () => {
  server.sandbox.reset();
  await server.collection('webhook_logs').deleteMany({});
  accounts += 1;
  talk = new Conversation(server, `1784200000000${String(accounts).padStart(4, '0')}`, '2978000000000001');
  const { account: instagramId } = talk;
  await server.admin('POST', 'accounts', { instagramId, username: 'shop', accessToken: 'IGAAtoken' });
});

const automate = async (actions: object[], more: object = {}): Promise<string> => {
  const body = { account: talk.account, name: 'Test', trigger: { type: 'message' }, actions, ...more };
  return ((await server.admin('POST', 'automations', body)) as { id: string }).id;
};
const text = (content: string) => ({ type: 'send_message', text: content });
const logs = async () =>
  ((await server.admin('GET', 'webhook-logs')) as { items: { id: string; events: object[] }[] }).items;
const dryRun = async (id: string) =>
  ((await server.admin('POST', `webhook-logs/${id}/dry-run`)) as { events: Record<string, unknown>[] })
    .events;
const replay = async (id: string) => {
  await server.admin('POST', `webhook-logs/${id}/replay`);
  const [job] = await talk.until((jobs) =>
    jobs.filter(({ kind, status }) => kind === 'replay' && status === 'completed'),
  );
  return job!.outcome;
};

describe('stored deliveries', () => {
  it('are listed without what people wrote, and shown with it', async () => {
    await talk.say('my secret');
    const [log] = await logs();
    expect(log!.events).toEqual([
      {
        kind: 'message',
        account: talk.account,
        person: talk.person,
        identity: expect.stringContaining('message:'),
      },
    ]);
    expect(JSON.stringify(log)).not.toContain('my secret');
    expect(JSON.stringify(await server.admin('GET', `webhook-logs/${log!.id}`))).toContain('my secret');
    await expect(server.admin('GET', `webhook-logs/${'0'.repeat(24)}`)).rejects.toThrow('404');
  });
});

describe('a dry run', () => {
  it("tells what today's automations would do, and sends nothing", async () => {
    await talk.say('the price?');
    const [log] = await logs();
    const vip = await automate([text('VIP')], {
      priority: 2,
      conditions: [{ type: 'has_tag', tag: 'vip' }],
    });
    const price = await automate(
      [
        { type: 'add_tag', tag: 'asked' },
        text('You wrote: {{event.text}}'),
        { type: 'wait', ms: 1000 },
        text('Later'),
      ],
      { priority: 1 },
    );
    expect(await dryRun(log!.id)).toEqual([
      {
        event: { kind: 'message', account: talk.account, person: talk.person },
        outcome: { result: 'answered', automation: price },
        steps: [
          { step: 'account', result: 'ok', reason: 'active' },
          { step: 'match', automation: vip, result: 'passed_over', reason: 'conditions_or_schedule' },
          { step: 'match', automation: price, result: 'chosen' },
          { step: 'action', automation: price, action: 0, type: 'add_tag', result: 'would_run' },
          {
            step: 'action',
            automation: price,
            action: 1,
            type: 'send_message',
            result: 'would_run',
            text: 'You wrote: the price?',
          },
          { step: 'action', automation: price, action: 2, type: 'wait', result: 'would_run' },
        ],
      },
    ]);
    expect(talk.received()).toEqual([]);
    const contact = await server.contacts.findOne({ account: talk.account });
    expect(contact).not.toHaveProperty('tags');
  });

  it('says why nothing would be sent', async () => {
    await talk.say('stop');
    const [stop] = await logs();
    expect(await dryRun(stop!.id)).toMatchObject([{ outcome: { result: 'opted_out', reason: 'stop' } }]);
    await talk.say('start');
    const [start] = await logs();
    expect(await dryRun(start!.id)).toMatchObject([{ outcome: { result: 'no_match' } }]);
  });

  it('knows what was sent already', async () => {
    await automate([text('Hi')]);
    await talk.say('hi');
    const [log] = await logs();
    const [run] = await dryRun(log!.id);
    expect(run!['steps']).toContainEqual(
      expect.objectContaining({ step: 'action', result: 'would_skip', reason: 'sent_already' }),
    );
  });
});

describe('a replay', () => {
  it('answers what nothing answered', async () => {
    expect(await talk.say('hi')).toEqual({ result: 'no_match' });
    const automation = await automate([text('Hi')]);
    const [log] = await logs();
    expect(await replay(log!.id)).toEqual({ result: 'answered', automation });
    expect(talk.received()).toEqual([{ kind: 'message', content: 'Hi' }]);
  });

  it('sends nothing again that was sent, and what was not', async () => {
    const automation = await automate([text('One'), text('Two')], { cooldownMs: 60_000 });
    server.sandbox.faults.add({
      match: { call: 'send', account: talk.account },
      times: 1,
      effect: { type: 'delay', delayMs: 0 },
    });
    server.sandbox.faults.add({
      match: { call: 'send', account: talk.account },
      times: 1,
      effect: { type: 'error', status: 400, code: 551 },
    });
    await talk.say('hi');
    const [log] = await logs();
    expect(await replay(log!.id)).toEqual({ result: 'answered', automation });
    expect(talk.received()).toEqual(['One', 'Two'].map((content) => ({ kind: 'message', content })));
  });
});

describe('contacts and messages', () => {
  const id = () => `${talk.account}:${talk.person}`;

  it('are listed, and contacts changed', async () => {
    await automate([text('Hi')]);
    await talk.say('hi');
    const messages = (await server.admin('GET', `messages?account=${talk.account}`)) as { items: object[] };
    expect(messages.items).toEqual([
      expect.objectContaining({
        id: expect.any(String),
        job: expect.any(String),
        account: talk.account,
        person: talk.person,
        action: 0,
        status: 'sent',
        possibleDuplicate: false,
        instagramMessageId: expect.any(String),
      }),
    ]);
    const contacts = (await server.admin('GET', `contacts?account=${talk.account}`)) as { items: object[] };
    expect(contacts.items).toEqual([expect.objectContaining({ id: id(), tags: [], attributes: {} })]);
    const pausedUntil = new Date(Date.now() + 60_000).toISOString();
    const change = { tags: ['vip'], attributes: { size: 'L' }, pausedUntil };
    expect(await server.admin('PATCH', `contacts/${id()}`, change)).toMatchObject(change);
    expect(await talk.say('hi')).toEqual({ result: 'paused', reason: 'by_owner' });
    await server.admin('PATCH', `contacts/${id()}`, { pausedUntil: null, optedOut: true });
    expect(await talk.say('hi')).toEqual({ result: 'opted_out' });
    await server.admin('PATCH', `contacts/${id()}`, { optedOut: false });
    expect(await talk.say('hi')).toMatchObject({ result: 'answered' });
    await server.admin('DELETE', `contacts/${id()}`);
    await expect(server.admin('GET', `contacts/${id()}`)).rejects.toThrow('404');
    await expect(server.admin('PATCH', `contacts/${id()}`, { tags: [''] })).rejects.toThrow('422');
  });
});
