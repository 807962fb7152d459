import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultEffect } from '../../src/instagram/sandbox/fault-plan.js';
import { Conversation } from '../support/conversation.js';
import { TestServer } from '../support/test-server.js';

let server: TestServer;
let talk: Conversation;
let automation: string;
let accounts = 0;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

beforeEach(async () => {
  server.sandbox.reset();
  accounts += 1;
  talk = new Conversation(server, `1784180000000${String(accounts).padStart(4, '0')}`, '2978000000000001');
  const { account } = talk;
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
  const body = {
    account,
    name: 'Test',
    trigger: { type: 'message' },
    actions: [{ type: 'send_message', text: 'Hi' }],
  };
  ({ id: automation } = (await server.admin('POST', 'automations', body)) as { id: string });
});

const error = (status: number, code: number, more: object = {}): FaultEffect => ({
  type: 'error',
  status,
  code,
  ...more,
});
const fail = (effect: FaultEffect, times: number | null = 1) =>
  server.sandbox.faults.add({ match: { call: 'send', account: talk.account }, times, effect });
const account = async () =>
  (await server.admin('GET', `accounts/${talk.account}`)) as { status: string; statusReason?: string };
/** Posts without waiting for the end of the job. */
const post = async (text: string) => {
  const { messageWebhook } = await import('../../src/instagram/webhook-samples.js');
  await server.post(messageWebhook({ account: talk.account, person: talk.person, text }));
};
const waits = () => talk.until((jobs) => jobs.filter(({ status }) => status === 'pending'));
const answered = () => talk.until((jobs) => jobs.filter(({ outcome }) => outcome?.['result'] === 'answered'));

describe('a failed call', () => {
  it.each<[string, FaultEffect]>([
    ['a cut connection', { type: 'drop_before' }],
    ['a lost answer', { type: 'drop_after' }],
    ['HTTP 500', error(500, 999)],
    ['HTTP 503 without JSON', error(503, 0, { rawBody: '<html>' })],
    ['code 1', error(400, 1)],
    ['code 2', error(400, 2)],
    ['is_transient', error(400, 999, { isTransient: true })],
    ['an unknown code', error(400, 999)],
  ])('%s: is tried again', async (_what, effect) => {
    fail(effect);
    expect(await talk.say('hi')).toEqual({ result: 'answered', automation });
    expect(talk.received()).toEqual([{ kind: 'message', content: 'Hi' }]);
  });

  it.each<[string, FaultEffect, object]>([
    ['10/2534022', error(400, 10, { subcode: 2_534_022 }), { result: 'outside_window' }],
    ['10/2018278', error(400, 10, { subcode: 2_018_278 }), { result: 'outside_window' }],
    ['10/2018108', error(400, 10, { subcode: 2_018_108 }), { result: 'failed', reason: 'unreachable' }],
    ['551', error(400, 551), { result: 'failed', reason: 'unreachable' }],
    ['551/1545041', error(400, 551, { subcode: 1_545_041 }), { result: 'failed', reason: 'unreachable' }],
    ['200/1545041', error(400, 200, { subcode: 1_545_041 }), { result: 'failed', reason: 'unreachable' }],
    ['100/2534014', error(400, 100, { subcode: 2_534_014 }), { result: 'failed', reason: 'not_found' }],
    ['100/2534025', error(400, 100, { subcode: 2_534_025 }), { result: 'failed', reason: 'not_found' }],
    ['10900', error(400, 10_900), { result: 'answered' }],
    ['10', error(403, 10), { result: 'failed', reason: 'permission' }],
    ['3', error(403, 3), { result: 'failed', reason: 'permission' }],
    ['230', error(403, 230), { result: 'failed', reason: 'permission' }],
  ])('%s: is not tried again', async (_code, effect, outcome) => {
    fail(effect, null);
    expect(await talk.say('hi')).toMatchObject({ ...outcome, automation });
    expect(server.sandbox.callCounts().calls).toBe(1);
    expect((await account()).status).toBe('active');
  });

  it.each([
    ['100/2534037', error(400, 100, { subcode: 2_534_037 })],
    ['2018300', error(400, 2_018_300)],
  ])('%s: another app holds the conversation, which is paused', async (_code, effect) => {
    fail(effect);
    expect(await talk.say('hi')).toEqual({ result: 'paused', automation, reason: 'thread_taken' });
    expect(await talk.say('hi')).toEqual({ result: 'paused', reason: 'thread_taken' });
  });

  it('of an unknown kind is permanent after the ordinary attempts', async () => {
    fail(error(400, 999), null);
    expect(await talk.say('hi')).toEqual({ result: 'failed', reason: 'graph_invalid' });
    expect(server.sandbox.callCounts().calls).toBe(3);
  });
});

describe('throttling', () => {
  it.each([
    ['4', error(400, 4)],
    ['17', error(400, 17)],
    ['32', error(400, 32)],
    ['341', error(400, 341)],
    ['613', error(400, 613)],
    ['80002', error(400, 80_002)],
    ['80006', error(400, 80_006)],
    ['HTTP 429', error(429, 999)],
  ])('%s: the account rests, and its jobs wait without spending an attempt', async (_code, effect) => {
    // Not over before the test, nor during a later one.
    fail({ ...effect, headers: { 'retry-after': '600' } } as FaultEffect);
    await post('one');
    await waits();
    expect((await account()).status).toBe('throttled');
    await post('two');
    const jobs = await talk.until((all) => (all.length === 2 ? all : []));
    expect(jobs.every(({ errors }) => errors.length === 0)).toBe(true);
    expect(server.sandbox.callCounts().calls).toBe(1);
  });

  it('ends at the time that Instagram stated, and holds up no other account', async () => {
    fail(error(400, 613, { headers: { 'retry-after': '1' } }));
    await post('one');
    await waits();
    const other = new Conversation(server, `${talk.account.slice(0, -5)}99999`, talk.person);
    const instagramId = other.account;
    await server.admin('POST', 'accounts', { instagramId, username: 'other', accessToken: 'IGAAother' });
    expect(await other.say('hi')).toEqual({ result: 'no_match' });
    await answered();
    expect((await account()).status).toBe('active');
    expect(talk.received()).toEqual([{ kind: 'message', content: 'Hi' }]);
  });

  it('begins already when an answer says that the allowance is used up', async () => {
    const usage = { [talk.account]: [{ type: 'instagram', call_count: 100 }] };
    const headers = { 'x-business-use-case-usage': JSON.stringify(usage) };
    fail({ type: 'error', status: 200, headers, rawBody: '{"recipient_id":"1","message_id":"m1"}' });
    expect(await talk.say('hi')).toMatchObject({ result: 'answered' });
    while ((await account()).status !== 'throttled') await new Promise((resolve) => setTimeout(resolve, 10));
  });
});

describe('an account that can not send', () => {
  it.each([
    ['190', error(401, 190)],
    ['102', error(401, 102)],
  ])('%s: its jobs wait until it is connected again, and then run', async (_code, effect) => {
    fail(effect);
    await post('one');
    await waits();
    expect(await account()).toMatchObject({ status: 'reconnect', statusReason: 'graph_token' });
    await post('two');
    await server.admin('PATCH', `accounts/${talk.account}`, { accessToken: 'IGAAnew' });
    const jobs = await talk.until((all) => {
      const over = all.filter(({ status }) => status === 'completed');
      return over.length === 2 ? over : [];
    });
    expect(jobs.map(({ errors }) => errors)).toEqual([[], []]);
    expect(talk.received()).toHaveLength(2);
    expect((await account()).status).toBe('active');
  });

  it.each([
    ['368', error(400, 368)],
    ['10/1893063', error(400, 10, { subcode: 1_893_063 })],
    ['100/2534029', error(400, 100, { subcode: 2_534_029 })],
    ['200/2534041', error(400, 200, { subcode: 2_534_041 })],
  ])('%s: is paused until its owner sets it going', async (_code, effect) => {
    fail(effect);
    await post('one');
    await waits();
    expect(await account()).toMatchObject({ status: 'paused', statusReason: 'graph_restricted' });
    await server.admin('PATCH', `accounts/${talk.account}`, { status: 'active' });
    await answered();
    expect(talk.received()).toHaveLength(1);
  });
});
