import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bucketLimit, spacingMs } from '../../src/instagram/limits/send-limits.js';
import type { CommentEvent } from '../../src/instagram/instagram-event.js';
import type { CallName, FaultEffect } from '../../src/instagram/sandbox/fault-plan.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const MINUTE_MS = 60_000;
let account = '17842500000000001';
const sandbox = new SandboxServer();
let url: string;
let app: AutomationApp;
let comments = 0;

beforeAll(async () => {
  ({ url } = await sandbox.listen());
  app = await AutomationApp.start(testConfig({ INSTAGRAM_CONVERSATIONS_PER_SECOND: '1000' }), url);
  await connect();
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

beforeEach(async () => {
  sandbox.reset();
  await app.accounts.update(account, { status: 'active' });
});

async function connect(to = app, of = account): Promise<void> {
  await to.accounts.connect(of, 'shop', 'IGAAtoken');
  const automate = (word: string, action: object) =>
    to.automate({
      account: of,
      trigger: { type: 'comment', match: { mode: 'exact', keywords: [word] } },
      actions: [action],
    });
  await automate('private_reply', { type: 'send_message', text: 'Hi' });
  await automate('public_reply', { type: 'reply_to_comment', text: 'Hi' });
}

function comment(text: string, of = account): CommentEvent {
  comments += 1;
  const person = String(2_978_000_000_000_000 + comments);
  const commentId = `1805${comments}`;
  return { kind: 'comment', account: of, person, timestamp: Date.now(), commentId, text, own: false };
}
const statusOf = async () => (await app.accounts.get(account)).status;

/** As in the table of errors: an HTTP status, then a code and perhaps a subcode. */
function errorOf(answer: string): FaultEffect {
  const [status, codes = ''] = answer.split(' ');
  const [code, subcode] = codes.split('/').map(Number);
  return { type: 'error', status: Number(status), code: code!, ...(subcode !== undefined && { subcode }) };
}

interface Row {
  answers: string[];
  result: object;
  outcome?: object;
  /** Of the account, where that is not `active`. */
  status?: string;
  /** Of the send. */
  message?: string;
}

const end = (result: string, reason: string) => ({ result: { type: 'done' }, outcome: { result, reason } });
const table: Record<string, Row> = {
  transient: {
    answers: ['500 999', '503 999', '400 1', '400 2'],
    result: { type: 'retry', code: 'graph_transient' },
    message: 'unknown',
  },
  throttled: {
    answers: ['400 4', '400 17', '400 32', '400 341', '400 613', '400 80002', '400 80006', '429 999'],
    result: { type: 'snooze', reason: 'graph_throttled' },
    status: 'throttled',
  },
  token: {
    answers: ['401 190', '400 102'],
    result: { type: 'snooze', reason: 'graph_token' },
    status: 'reconnect',
  },
  restricted: {
    answers: ['400 368', '400 10/1893063', '400 100/2534029', '400 200/2534041'],
    result: { type: 'snooze', reason: 'graph_restricted' },
    status: 'paused',
  },
  'outside the window': {
    answers: ['400 10/2534022', '400 10/2018278'],
    ...end('outside_window', 'outside_window'),
  },
  'out of reach': {
    answers: ['400 10/2018108', '400 551', '400 551/1545041', '400 200/1545041'],
    ...end('failed', 'unreachable'),
  },
  'not there': { answers: ['400 100/2534014', '400 100/2534025'], ...end('failed', 'not_found') },
  "another app's": { answers: ['400 100/2534037', '400 2018300'], ...end('paused', 'thread_taken') },
  'a missing permission': {
    answers: ['400 10', '400 3', '400 200', '400 299'],
    result: { type: 'discard', code: 'graph_permission' },
    outcome: { result: 'failed', reason: 'permission' },
  },
  'anything else': {
    answers: ['400 999', '404 100', '418 300'],
    result: { type: 'retry', code: 'graph_invalid' },
  },
};
const rows = (['private_reply', 'public_reply'] as const).flatMap((call) =>
  Object.entries(table).flatMap(([meaning, row]) =>
    // What an answer means does not depend on the call: of each meaning, one will do for the second.
    row.answers
      .slice(0, call === 'private_reply' ? undefined : 1)
      .map((answer): [CallName, string, string, Row] => [call, answer, meaning, row]),
  ),
);

describe('an answer of Instagram to a reply to a comment', () => {
  it.each(rows)('%s, %s: %s', async (call, answer, _meaning, row) => {
    sandbox.faults.add({ match: { call }, times: 1, effect: errorOf(answer) });
    const job = app.newJobId();
    const event = comment(call);
    const result = await app.handle(event, job);
    expect(result).toMatchObject({ ...row.result, ...(row.outcome && { outcome: row.outcome }) });
    expect(await statusOf()).toBe(row.status ?? 'active');
    expect(await app.messages.findOne({ job })).toMatchObject({ status: row.message ?? 'failed' });
    expect(sandbox.callCounts().calls).toBe(1);
    if (result.type === 'done' || result.type === 'discard') return;
    // Its turn comes when the rest is over.
    if (row.status === 'throttled') return;
    await app.accounts.update(account, { status: 'active' });
    expect(await app.handle(event, job)).toMatchObject({ outcome: { result: 'answered' } });
    expect(sandbox.state.journal.page(0, 10)).toHaveLength(1);
  });

  it.each(['private_reply', 'public_reply'] as const)('%s, 400 10900: counts as done', async (call) => {
    sandbox.faults.add({ match: { call }, times: 1, effect: errorOf('400 10900') });
    const job = app.newJobId();
    expect(await app.handle(comment(call), job)).toMatchObject({ outcome: { result: 'answered' } });
    expect(await app.messages.findOne({ job })).toMatchObject({ status: 'sent' });
  });

  it.each<[string, FaultEffect]>([
    ['a cut connection', { type: 'drop_before' }],
    ['a lost answer', { type: 'drop_after' }],
    ['is_transient', { type: 'error', status: 400, code: 999, isTransient: true }],
  ])('private_reply, %s: is of unknown outcome, and in the end given once', async (_what, effect) => {
    sandbox.faults.add({ match: { call: 'private_reply' }, times: 1, effect });
    const job = app.newJobId();
    const event = comment('private_reply');
    expect(await app.handle(event, job)).toMatchObject({ type: 'retry', code: 'graph_transient' });
    expect(await app.messages.findOne({ job })).toMatchObject({ status: 'unknown' });
    expect(await app.handle(event, job)).toMatchObject({ outcome: { result: 'answered' } });
    expect(sandbox.state.journal.stats().privateReplies).toBe(1);
  });
});

describe('a private reply that is tried again', () => {
  let scarce: AutomationApp;

  beforeAll(async () => {
    scarce = await AutomationApp.start(testConfig({ INSTAGRAM_PRIVATE_REPLIES_PER_HOUR: '1' }), url);
  });

  afterAll(() => scarce?.close());

  it.each<[string, FaultEffect]>([
    ['a lost answer', { type: 'drop_after' }],
    ['a failure of Instagram', errorOf('500 2')],
  ])('after %s: keeps its place in the hour, and takes no second one', async (_what, effect) => {
    const own = `1784260000000${String(comments).padStart(4, '0')}`;
    await connect(scarce, own);
    sandbox.faults.add({ match: { call: 'private_reply' }, times: 1, effect });
    const [event, job] = [comment('private_reply', own), scarce.newJobId()];
    expect(await scarce.handle(event, job)).toMatchObject({ type: 'retry' });
    expect(await scarce.handle(event, job)).toMatchObject({ outcome: { result: 'answered' } });
    expect(await scarce.handle(comment('private_reply', own))).toMatchObject({
      reason: 'limit_private_reply',
    });
  });
});

describe('what the usage headers say', () => {
  beforeEach(async () => {
    account = String(BigInt(account) + 1n);
    await connect();
  });

  const usage = (figures: object) => ({
    'x-business-use-case-usage': JSON.stringify({ [account]: [{ type: 'instagram', ...figures }] }),
  });
  const answerWith = (headers: Record<string, string>) =>
    sandbox.faults.add({
      match: { call: 'private_reply' },
      times: 1,
      effect: { type: 'error', status: 200, headers, rawBody: '{"message_id":"m1"}' },
    });
  /** What an answer says is kept beside the job, which does not wait for it. */
  const throttled = async () => {
    while ((await statusOf()) !== 'throttled') await new Promise((resolve) => setTimeout(resolve, 5));
    return (await app.accounts.get(account)).throttledUntil!.getTime();
  };

  it('minutes until calls are taken again, with a refusal: the job and the account wait so long', async () => {
    const headers = usage({ call_count: 100, estimated_time_to_regain_access: 3 });
    const effect = { ...errorOf('400 80002'), headers } as FaultEffect;
    sandbox.faults.add({ match: { call: 'private_reply' }, times: 1, effect });
    const before = Date.now();
    const result = await app.handle(comment('private_reply'));
    const until = result.type === 'snooze' ? result.until.getTime() : 0;
    expect(until).toBeGreaterThanOrEqual(before + 3 * MINUTE_MS);
    expect(until).toBeLessThanOrEqual(Date.now() + 3 * MINUTE_MS);
    expect(Math.abs((await throttled()) - until)).toBeLessThan(MINUTE_MS);
  });

  it('the same beside a success: the account rests, and the reply counts', async () => {
    answerWith(usage({ call_count: 100, estimated_time_to_regain_access: 5 }));
    const before = Date.now();
    expect(await app.handle(comment('private_reply'))).toMatchObject({ outcome: { result: 'answered' } });
    expect(await throttled()).toBeGreaterThanOrEqual(before + 5 * MINUTE_MS);
  });

  it('that the app has used up all of its calls: the account rests', async () => {
    answerWith({ 'x-app-usage': JSON.stringify({ call_count: 28, total_time: 101, total_cputime: 25 }) });
    await app.handle(comment('private_reply'));
    expect(await throttled()).toBeGreaterThan(Date.now());
  });

  it('that little is left: sends are spread out, in all processes', async () => {
    answerWith(usage({ call_count: 95 }));
    await app.handle(comment('private_reply'));
    const limits = app.collection<{ _id: string; spacingMs?: number }>('send_limits');
    const spaced = { _id: `${account}:media`, spacingMs: { $exists: true } };
    let row = await limits.findOne(spaced);
    for (; row === null; row = await limits.findOne(spaced))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(row.spacingMs).toBe(spacingMs(95, bucketLimit('media', testConfig().graph.limits)));
    expect(await statusOf()).toBe('active');
  });
});
