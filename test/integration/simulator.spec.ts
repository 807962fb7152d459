import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import { SandboxMode } from '../../src/sandbox/sandbox-mode.js';
import { startServer, type RunningServer } from '../../src/server.js';
import { freshDatabaseUri, testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';
import { adminCall } from '../support/webhook-client.js';

interface Trace {
  webhook: { status: number; delivery: string | null };
  event: { kind: string };
  job: { status: string; outcome: { result: string } | null } | null;
  why: string | null;
  rules: { name: string; verdict: string; why: string }[];
  sends: { text: string | null; status: string; possibleDuplicate: boolean; echoedAt: string | null }[];
}

interface Phone {
  typing: boolean;
  entries: { from: string; kind: string; text: string | null; mid: string | null; content?: unknown }[];
}

const account = '17841400000000077';
const ORDER = [{ title: 'Order', payload: 'ORDER' }];

let mode: SandboxMode;
let server: RunningServer;
let person: string;
let people = 0;

const admin = (method: string, path: string, body?: object) =>
  adminCall(server.url, testSecrets.adminToken, method, path, body);
const between = () => ({ account, person });
const act = (event: object) => admin('POST', 'simulator/events', { ...between(), ...event });
const query = () => `account=${account}&person=${person}`;
const phone = async () => (await admin('GET', `simulator/conversation?${query()}`)) as Phone;
const traces = async () => ((await admin('GET', `simulator/traces?${query()}`)) as { items: Trace[] }).items;

beforeAll(async () => {
  const environment = {
    MONGODB_URI: freshDatabaseUri(),
    PORT: '0',
    LOG_LEVEL: 'silent',
    QUEUE_POLL_MS: '20',
    QUEUE_BACKOFF_MS: '5',
  };
  const { appSecret: _none, ...secrets } = testSecrets;
  mode = await SandboxMode.start(loadConfig(environment, () => ({ appSecret: 'simulated', ...secrets })));
  server = await startServer(mode.config, false, undefined, mode.modules());
  mode.reportBackTo(server.url);
  await admin('POST', 'accounts', { instagramId: account, username: 'shop', accessToken: 'IGAAtoken' });
  const price = { type: 'message', match: { mode: 'contains', keywords: ['price'] } };
  const link = { type: 'comment', match: { mode: 'word', keywords: ['link'] } };
  const automations = [
    {
      name: 'Price',
      trigger: price,
      actions: [{ type: 'send_message', text: '49 EUR', quickReplies: ORDER }],
    },
    {
      name: 'Order',
      trigger: { type: 'quick_reply', payload: 'ORDER' },
      actions: [{ type: 'send_message', text: 'Where to?' }],
    },
    { name: 'Link', trigger: link, actions: [{ type: 'send_message', text: 'Here, {{contact.username}}' }] },
    { name: 'Price too', priority: -1, trigger: price, actions: [{ type: 'send_message', text: 'never' }] },
  ];
  for (const automation of automations) await admin('POST', 'automations', { account, ...automation });
});

afterAll(async () => {
  await server?.close();
  await mode?.close();
});

beforeEach(() => {
  people += 1;
  person = `29780000000077${String(people).padStart(2, '0')}`;
});

/** Resolves with the newest trace once it is as wanted. */
async function traced(wanted: (trace: Trace) => boolean): Promise<Trace> {
  for (;;) {
    const [newest] = await traces();
    if (newest && wanted(newest)) return newest;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isOver = ({ job }: Trace) => job?.status === 'completed' || job?.status === 'dead';
const isEchoed = ({ sends }: Trace) => sends.length > 0 && sends.every(({ echoedAt }) => echoedAt !== null);
const shown = ({ entries }: Phone) => entries.map((entry) => [entry.from, entry.kind, entry.text]);

describe('the simulator', () => {
  it('sends a signed webhook and shows its whole way to the echo of the answer', async () => {
    expect(await act({ kind: 'message', text: 'The price?' })).toMatchObject({
      status: 200,
      mid: expect.any(String),
    });
    const trace = await traced((each) => isOver(each) && isEchoed(each));
    expect(trace).toMatchObject({
      webhook: { status: 200, delivery: expect.any(String) },
      event: { kind: 'message' },
      job: { status: 'completed', outcome: { result: 'answered' } },
      why: 'Answered by “Price”.',
      sends: [{ text: '49 EUR', status: 'sent', possibleDuplicate: false }],
    });
    expect(trace.rules.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['Price', 'chosen'],
      ['Order', 'other_event'],
      ['Link', 'other_event'],
      ['Price too', 'earlier_one_answers'],
    ]);
    const seen = await phone();
    expect(shown(seen)).toEqual([
      ['person', 'message', 'The price?'],
      ['account', 'message', '49 EUR'],
    ]);
    expect(seen.entries[1]!.content).toMatchObject({ quick_replies: [{ title: 'Order', payload: 'ORDER' }] });
  });

  it('taps, comments, reacts and follows links as a person does', async () => {
    await act({ kind: 'quick_reply', ...ORDER[0] });
    expect(await traced(isOver)).toMatchObject({ why: 'Answered by “Order”.' });
    await act({ kind: 'comment', text: 'link', username: 'ann' });
    expect(await traced((each) => each.event.kind === 'comment' && isOver(each))).toMatchObject({
      sends: [{ text: 'Here, ann' }],
    });
    const { mid } = (await phone()).entries[0]!;
    const others = [
      { kind: 'reaction', mid },
      { kind: 'story_reply', text: 'nice' },
      { kind: 'story_mention' },
      { kind: 'postback', payload: 'HELP' },
      { kind: 'referral', ref: 'ad' },
      { kind: 'live_comment', text: 'hi' },
      { kind: 'seen', mid },
      { kind: 'message', attachment: { type: 'image', url: 'https://example.com/a.png' } },
    ];
    for (const event of others) {
      await act(event);
      const trace = await traced((each) => each.event.kind === event.kind && isOver(each));
      expect([event.kind, trace.webhook.status]).toEqual([event.kind, 200]);
    }
    expect(shown(await phone())).toContainEqual(['account', 'private_reply', 'Here, ann']);
  });

  it('has a person of the account take over', async () => {
    await act({ kind: 'human', text: 'It is Ann here' });
    await traced(isOver);
    await act({ kind: 'message', text: 'The price?' });
    const trace = await traced((each) => each.event.kind === 'message' && isOver(each));
    expect(trace.why).toContain('somebody of the account wrote');
    expect(trace.sends).toEqual([]);
    await admin('DELETE', `simulator/conversation?${query()}`);
    expect(await phone()).toEqual({ entries: [], typing: false });
    await act({ kind: 'message', text: 'The price?' });
    expect(await traced(isOver)).toMatchObject({ why: 'Answered by “Price”.' });
  });

  it('has Instagram fail when told to, until it is reset', async () => {
    const failures = 'simulator/failures';
    await admin('POST', failures, { account, kind: 'lost_answer', times: 1 });
    await act({ kind: 'message', text: 'The price?' });
    await traced((each) => isOver(each) && each.sends[0]?.status === 'sent');
    await admin('POST', failures, { account, kind: 'outside_window' });
    expect(await admin('GET', `${failures}?account=${account}`)).toEqual({
      items: [{ kind: 'outside_window', times: null }],
    });
    await act({ kind: 'quick_reply', ...ORDER[0] });
    const refused = await traced((each) => each.event.kind === 'quick_reply' && isOver(each));
    expect(refused.job?.outcome).toMatchObject({ result: 'outside_window' });
    await admin('DELETE', `${failures}?account=${account}`);
    await admin('POST', failures, { account, kind: 'token_expired' });
    await act({ kind: 'message', text: 'price again' });
    while (((await admin('GET', `accounts/${account}`)) as { status: string }).status !== 'reconnect');
    await admin('DELETE', `${failures}?account=${account}`);
    expect(await traced(isOver)).toMatchObject({ why: 'Answered by “Price”.' });
    expect(await admin('GET', `accounts/${account}`)).toMatchObject({ status: 'active' });
  }, 60_000);

  it.each([
    [{ kind: 'shout' }, 'kind'],
    [{ kind: 'message' }, 'text'],
    [{ kind: 'comment', text: '' }, 'text'],
    [{ kind: 'message', text: 'x', extra: 1 }, 'extra'],
    [{ kind: 'message', text: 'x', person: { $ne: 1 } }, 'person'],
  ])('refuses %j and names the field', async (event, path) => {
    await expect(act(event)).rejects.toThrow(new RegExp(`422.*"path":"${path}"`));
  });

  it('has some people to begin with, and those whom one adds', async () => {
    await act({ kind: 'message', text: 'hi', username: 'new.one', name: 'New One' });
    const { items } = (await admin('GET', 'simulator/people')) as { items: { person: string }[] };
    expect(items.length).toBeGreaterThan(3);
    expect(items).toContainEqual({ person, username: 'new.one', name: 'New One' });
  });
});

describe('outside the sandbox', () => {
  it('there is no simulator', async () => {
    const live = await TestServer.start();
    try {
      const event = { ...between(), kind: 'message', text: 'hi' };
      await expect(live.admin('POST', 'simulator/events', event)).rejects.toThrow('404');
      await expect(live.admin('GET', `simulator/traces?${query()}`)).rejects.toThrow('404');
    } finally {
      await live.close();
    }
  });
});
