import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { CommentEvent, EchoEvent, MessageEvent } from '../../src/instagram/instagram-event.js';
import type { FaultEffect } from '../../src/instagram/sandbox/fault-plan.js';
import type { Type } from '@nestjs/common';
import { SendLimitRepository } from '../../src/automation/limits/send-limit.repository.js';
import { MessageRepository } from '../../src/automation/outbox/message.repository.js';
import { bucketLimit } from '../../src/instagram/limits/send-limits.js';
import { Clock } from '../../src/database/clock.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import type { JobResult } from '../../src/queue/job.types.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const sandbox = new SandboxServer();
const config = testConfig({
  INSTAGRAM_TEXTS_PER_SECOND: '100000',
  INSTAGRAM_CONVERSATIONS_PER_SECOND: '100000',
});
let url: string;
let app: AutomationApp;
let account: string;
let automation: string;
const startedAt = Date.now() - 60_000;
let events = 0;

beforeAll(async () => {
  ({ url } = await sandbox.listen());
  app = await AutomationApp.start(config, url);
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

beforeEach(async () => {
  sandbox.reset();
  events += 1;
  account = `1784150000000${String(events).padStart(4, '0')}`;
  await app.accounts.connect(account, 'shop', 'IGAAtoken');
  automation = await app.automate({
    account,
    trigger: { type: 'message' },
    actions: [
      { type: 'send_message', text: 'first' },
      { type: 'send_message', text: 'second' },
    ],
  });
});

const person = '2978000000000001';
function message(): MessageEvent {
  events += 1;
  const timestamp = startedAt + events;
  return { kind: 'message', account, person, timestamp, mid: `m${events}`, attachments: [], text: 'hi' };
}
function comment(commentId: string): CommentEvent {
  return {
    kind: 'comment',
    account,
    person,
    timestamp: startedAt,
    commentId,
    text: 'hi',
    own: false,
  };
}

const errorAnswer = (status: number, code: number, subcode?: number): FaultEffect => ({
  type: 'error',
  status,
  code,
  ...(subcode !== undefined && { subcode }),
});
/** Lets the `nth` send go wrong. */
function failSend(nth: number, effect: FaultEffect): void {
  if (nth > 1)
    sandbox.faults.add({ match: { call: 'send' }, times: nth - 1, effect: { type: 'delay', delayMs: 0 } });
  sandbox.faults.add({ match: { call: 'send' }, times: 1, effect });
}
const sentTexts = () =>
  sandbox.state.journal.page(0, 100).map(({ content }) => (content as { text: string }).text);
const rows = () => app.messages.find({ account }).sort({ _id: 1 }).toArray();
const statuses = async () =>
  (await rows()).map(({ status, possibleDuplicate }) => ({ status, possibleDuplicate }));
const answered = (): JobResult => ({ type: 'done', outcome: { result: 'answered', automation } });

describe('a job that runs again', () => {
  it('sends nothing again of what was sent', async () => {
    const [event, job] = [message(), app.newJobId()];
    await app.handle(event, job);
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['first', 'second']);
  });

  it('goes on after the last action that was sent', async () => {
    const [event, job] = [message(), app.newJobId()];
    failSend(2, errorAnswer(400, 100));
    expect(await app.handle(event, job)).toMatchObject({ type: 'retry', code: 'graph_invalid' });
    expect(await statuses()).toEqual([
      { status: 'sent', possibleDuplicate: false },
      { status: 'failed', possibleDuplicate: false },
    ]);
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['first', 'second']);
    expect(await statuses()).toEqual(
      Array.from({ length: 2 }, () => ({ status: 'sent', possibleDuplicate: false })),
    );
  });

  it.each<[string, FaultEffect]>([
    ['the answer never came', { type: 'drop_after' }],
    ['the answer could not be read', { type: 'garble' }],
  ])('sends nothing again that the conversation shows, when %s', async (_what, effect) => {
    const [event, job] = [message(), app.newJobId()];
    failSend(1, effect);
    expect(await app.handle(event, job)).toMatchObject({ type: 'retry', code: 'graph_transient' });
    expect(await statuses()).toEqual([{ status: 'unknown', possibleDuplicate: false }]);
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['first', 'second']);
    const once = { status: 'sent', possibleDuplicate: false };
    expect(await statuses()).toEqual([once, once]);
    const ids = sandbox.state.journal.page(0, 10).map((entry) => sandbox.state.journal.idOf(entry));
    expect((await rows()).map(({ instagramMessageId }) => instagramMessageId)).toEqual(ids);
  });

  it('waits until the conversation may be read, and sends nothing meanwhile', async () => {
    const [event, job] = [message(), app.newJobId()];
    failSend(1, { type: 'drop_after' });
    await app.handle(event, job);
    const limits = app.get(SendLimitRepository);
    const key = `${account}:conversations`;
    const now = new Date();
    await limits.space(key, 60_000, new Date(now.getTime() + 60_000));
    const limit = bucketLimit('conversations', config.graph.limits);
    await limits.reserve({ key, limit, chunks: 1, now, lifeMs: 1000 });
    const result = await app.handle(event, job);
    expect(result).toMatchObject({ type: 'snooze', reason: 'limit_conversations' });
    expect(sentTexts()).toEqual(['first']);
    expect(await statuses()).toEqual([{ status: 'unknown', possibleDuplicate: false }]);
  });

  it.each([
    ['throttled', errorAnswer(400, 613)],
    ['without a valid token', errorAnswer(401, 190)],
    ['restricted', errorAnswer(400, 368)],
  ])(
    'sends nothing when the account turns out to be %s as the conversation is read',
    async (_what, effect) => {
      const [event, job] = [message(), app.newJobId()];
      failSend(1, { type: 'drop_after' });
      await app.handle(event, job);
      sandbox.faults.add({ match: { call: 'conversations' }, times: 1, effect });
      expect(await app.handle(event, job)).toMatchObject({ type: 'snooze' });
      expect(sentTexts()).toEqual(['first']);
      await app.accounts.update(account, { status: 'active' });
      expect(await app.handle(event, job)).toEqual(answered());
      expect(sentTexts()).toEqual(['first', 'second']);
    },
  );

  it('sends again, and marks it, when the conversation does not show it', async () => {
    const [event, job] = [message(), app.newJobId()];
    failSend(1, errorAnswer(500, 2));
    expect(await app.handle(event, job)).toMatchObject({ type: 'retry', code: 'graph_transient' });
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['first', 'second']);
    expect((await statuses())[0]).toEqual({ status: 'sent', possibleDuplicate: true });
  });

  it('sends again, and marks it, when the conversation can not be read', async () => {
    const [event, job] = [message(), app.newJobId()];
    failSend(1, { type: 'drop_after' });
    sandbox.faults.add({ match: { call: 'conversations' }, times: null, effect: errorAnswer(500, 1) });
    await app.handle(event, job);
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['first', 'first', 'second']);
    expect((await statuses())[0]).toEqual({ status: 'sent', possibleDuplicate: true });
  });

  it('sends again, and marks it, what its process was sending when it died', async () => {
    const [event, job] = [message(), app.newJobId()];
    const now = new Date();
    await app.messages.insertOne({
      _id: `${job}:${automation}:0`,
      job,
      account,
      person,
      action: 0,
      type: 'send_message',
      automation,
      status: 'sending',
      run: 'of a process that died',
      possibleDuplicate: false,
      createdAt: now,
      updatedAt: now,
    });
    expect(await app.handle(event, job)).toEqual(answered());
    expect((await statuses())[0]).toEqual({ status: 'sent', possibleDuplicate: true });
  });

  it('does not send again because the database was away when the send had ended', async () => {
    const [event, job] = [message(), app.newJobId()];
    const messages = app.get(MessageRepository);
    const change = messages.change.bind(messages);
    messages.change = async () => {
      messages.change = change;
      throw new Error('server selection timed out');
    };
    expect(await app.handle(event, job)).toEqual(answered());
    expect(await app.handle(event, job)).toEqual(answered());
    const once = { status: 'sent', possibleDuplicate: false };
    expect(await statuses()).toEqual([once, once]);
    expect(sandbox.state.journal.page(0, 10)).toHaveLength(2);
  });

  it('changes nothing on a message that a later run of the job has taken over', async () => {
    const [event, job] = [message(), app.newJobId()];
    expect(await app.handle(event, job)).toEqual(answered());
    const row = (await app.messages.findOne({ job }))!;
    await app
      .get(MessageRepository)
      .change(row._id, 'an earlier run', { status: 'failed', updatedAt: new Date() });
    expect((await statuses())[0]).toEqual({ status: 'sent', possibleDuplicate: false });
  });

  it('lets only one of two runs take a message over', async () => {
    const [event, job] = [message(), app.newJobId()];
    await app.handle(event, job);
    const messages = app.get(MessageRepository);
    const row = (await messages.find(`${job}:${automation}:0`))!;
    const takeOver = (run: string) =>
      messages.takeOver(row, { status: 'sending', run, updatedAt: new Date() });
    expect((await Promise.all([takeOver('one'), takeOver('two')])).filter(Boolean)).toHaveLength(1);
  });

  it('answers at once when the throttle of the account is over, and not before', async () => {
    const clock = app.get(Clock as Type<Clock>);
    await app.accounts.markThrottled((await app.accounts.find(account))!, clock.now() + 60_000);
    expect(await app.handle(message())).toMatchObject({ type: 'snooze' });
    await app.accounts.markThrottled((await app.accounts.find(account))!, clock.now() - 1);
    expect(await app.handle(message())).toEqual(answered());
  });

  it('lets a failed send change no account that the owner has paused or given a new token', async () => {
    const before = (await app.accounts.find(account))!;
    await app.accounts.update(account, { status: 'paused' });
    await app.accounts.markThrottled(before, Date.now() + 1000);
    expect((await app.accounts.get(account)).status).toBe('paused');
    await app.accounts.update(account, { status: 'active', accessToken: 'IGAAnew' });
    await app.accounts.markReconnect(before, 'graph_token');
    expect((await app.accounts.get(account)).status).toBe('active');
  });

  it('sends nothing more once its lease is lost', async () => {
    const controller = new AbortController();
    controller.abort(new Error('lease lost'));
    await expect(app.handle(message(), app.newJobId(), controller.signal)).rejects.toThrow('lease lost');
    expect(sentTexts()).toEqual([]);
  });
});

describe('any course of failures', () => {
  const effect = fc.constantFrom<FaultEffect>(
    { type: 'delay', delayMs: 0 },
    { type: 'drop_before' },
    { type: 'drop_after' },
    { type: 'garble' },
    errorAnswer(500, 2),
    errorAnswer(400, 100),
    errorAnswer(400, 4),
  );

  it('ends with every action sent, and none sent twice that is not marked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(effect, { maxLength: 6 }), async (effects) => {
        sandbox.reset();
        for (const each of effects) sandbox.faults.add({ match: { call: 'send' }, times: 1, effect: each });
        const job = app.newJobId();
        const event = { ...message(), person: String(2_978_000_000_100_000 + events) };
        let result = await app.handle(event, job);
        while (result.type !== 'done') {
          if (result.type === 'snooze') await app.accounts.update(account, { status: 'active' });
          result = await app.handle(event, job);
        }
        expect(result).toEqual(answered());
        const kept = await app.messages.find({ job }).sort({ _id: 1 }).toArray();
        expect(kept.map(({ status }) => status)).toEqual(['sent', 'sent']);
        ['first', 'second'].forEach((text, index) => {
          const times = sentTexts().filter((sent) => sent === text).length;
          expect(times).toBeGreaterThanOrEqual(1);
          expect(times === 1 || kept[index]!.possibleDuplicate).toBe(true);
        });
      }),
      { numRuns: 25 },
    );
  });
});

describe('the private reply to a comment', () => {
  beforeEach(async () => {
    automation = await app.automate({
      account,
      trigger: { type: 'comment' },
      actions: [{ type: 'send_message', text: 'Hi' }],
    });
  });

  it('is given once, whichever of two jobs at the same time gives it', async () => {
    const results = await Promise.all([app.handle(comment('1805')), app.handle(comment('1805'))]);
    expect(sentTexts()).toEqual(['Hi']);
    expect(results.map((result) => (result.type === 'done' ? result.outcome : result))).toEqual(
      expect.arrayContaining([
        { result: 'answered', automation },
        { result: 'ignored', automation, reason: 'comment_has_its_reply' },
      ]),
    );
    expect(await rows()).toMatchObject([{ _id: 'private-reply:1805', comment: '1805', status: 'sent' }]);
  });

  it('is given once by two processes that race for it', async () => {
    const other = await AutomationApp.start(config, url);
    try {
      const results = await Promise.all([
        app.handle(comment('1807'), 'a'.repeat(24)),
        other.handle(comment('1807'), 'b'.repeat(24)),
      ]);
      expect(sentTexts()).toEqual(['Hi']);
      expect(results.map((result) => result.type === 'done' && result.outcome!.result).toSorted()).toEqual([
        'answered',
        'ignored',
      ]);
    } finally {
      await other.stop();
    }
  });

  it('counts as given when Instagram says that it was', async () => {
    const [event, job] = [comment('1806'), app.newJobId()];
    sandbox.faults.add({ match: { call: 'private_reply' }, times: 1, effect: { type: 'drop_after' } });
    expect(await app.handle(event, job)).toMatchObject({ type: 'retry' });
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['Hi']);
    expect(await rows()).toMatchObject([{ status: 'sent', possibleDuplicate: true }]);
  });
});

describe('an error of Instagram', () => {
  const statusOf = async () => (await app.accounts.get(account)).status;

  it.each<[string, FaultEffect, object, string]>([
    ['throttling', errorAnswer(400, 613), { type: 'snooze', reason: 'graph_throttled' }, 'throttled'],
    ['a revoked token', errorAnswer(401, 190), { type: 'snooze', reason: 'graph_token' }, 'reconnect'],
    ['a restriction', errorAnswer(400, 368), { type: 'snooze', reason: 'graph_restricted' }, 'paused'],
  ])('%s: parks the account, and its jobs spend no attempt', async (_what, effect, result, status) => {
    failSend(1, effect);
    const before = Date.now();
    const first = await app.handle(message());
    expect(first).toMatchObject(result);
    expect(first.type === 'snooze' && first.until.getTime()).toBeGreaterThan(before);
    expect(await statusOf()).toBe(status);
    expect(await app.handle(message())).toMatchObject({ type: 'snooze', reason: `account_${status}` });
    expect(sandbox.callCounts().calls).toBe(1);
  });

  it.each<[string, FaultEffect, object]>([
    [
      'a closed window',
      errorAnswer(400, 10, 2_534_022),
      { result: 'outside_window', reason: 'outside_window' },
    ],
    ['an unreachable person', errorAnswer(400, 551), { result: 'failed', reason: 'unreachable' }],
    ['no such person', errorAnswer(400, 100, 2_534_014), { result: 'failed', reason: 'not_found' }],
    [
      'another app in the conversation',
      errorAnswer(400, 100, 2_534_037),
      { result: 'paused', reason: 'thread_taken' },
    ],
  ])('%s: ends the event', async (_what, effect, outcome) => {
    failSend(1, effect);
    expect(await app.handle(message())).toEqual({ type: 'done', outcome: { ...outcome, automation } });
    expect(await statusOf()).toBe('active');
    expect(await rows()).toMatchObject([{ status: 'failed', error: expect.stringMatching(/^graph_/) }]);
  });

  it('a closed window after the first message: answered, with the reason', async () => {
    failSend(2, errorAnswer(400, 10, 2_534_022));
    expect(await app.handle(message())).toEqual({
      type: 'done',
      outcome: { result: 'answered', automation, reason: 'outside_window' },
    });
  });

  it('a missing permission: the job is given up', async () => {
    failSend(1, errorAnswer(403, 200));
    expect(await app.handle(message())).toMatchObject({ type: 'discard', code: 'graph_permission' });
  });
});

describe('many events at once', () => {
  it('share their writes and are answered once each', async () => {
    const people = Array.from({ length: 300 }, (_, index) => String(3_000_000_000_000_000 + index));
    const results = await Promise.all(people.map((each) => app.handle({ ...message(), person: each })));
    expect(new Set(results.map(({ type }) => type))).toEqual(new Set(['done']));
    expect(sandbox.state.journal.stats().sends).toBe(600);
    expect(await app.messages.countDocuments({ account, status: 'sent' })).toBe(600);
    expect(await app.contacts.countDocuments({ account })).toBe(300);
  });
});

describe('an echo', () => {
  const echo = (mid: string, text?: string, more: Partial<EchoEvent> = {}): EchoEvent => ({
    ...message(),
    kind: 'echo',
    mid,
    text,
    ...more,
  });
  const outcomeOf = async (event: EchoEvent) => {
    const result = await app.handle(event);
    return result.type === 'done' ? result.outcome : result;
  };
  const own = { result: 'ignored', reason: 'own' };

  it('of what this program sent changes nothing', async () => {
    await app.handle(message());
    const [row] = await rows();
    expect(await outcomeOf(echo(row!.instagramMessageId!, 'first'))).toEqual(own);
    expect(await app.handle(message())).toEqual(answered());
  });

  it('settles a send whose outcome nobody knew, which then is not sent again', async () => {
    const [event, job] = [message(), app.newJobId()];
    failSend(1, { type: 'drop_after' });
    sandbox.faults.add({ match: { call: 'conversations' }, times: null, effect: errorAnswer(500, 1) });
    await app.handle(event, job);
    expect(await outcomeOf(echo('mid-of-echo', 'first'))).toEqual(own);
    expect((await rows())[0]).toMatchObject({ status: 'sent', instagramMessageId: 'mid-of-echo' });
    expect(await app.handle(event, job)).toEqual(answered());
    expect(sentTexts()).toEqual(['first', 'second']);
  });

  it('that overtakes the answer to its call settles the send, and the answer changes nothing', async () => {
    const [event, job] = [message(), app.newJobId()];
    const messages = app.get(MessageRepository);
    const change = messages.change.bind(messages);
    messages.change = async (id, run, how) => {
      messages.change = change;
      const sent = sandbox.state.journal.idOf(sandbox.state.journal.page(0, 1)[0]!);
      expect(await outcomeOf(echo(sent, 'first'))).toEqual(own);
      await change(id, run, { ...how, status: 'unknown' });
    };
    expect(await app.handle(event, job)).toEqual(answered());
    expect((await statuses())[0]).toEqual({ status: 'sent', possibleDuplicate: false });
  });

  it('is known as own when the answer to its call is written while it is looked up', async () => {
    await app.handle(message());
    const { _id, instagramMessageId } = (await rows())[0]!;
    await app.messages.updateOne(
      { _id },
      { $set: { status: 'sending' }, $unset: { instagramMessageId: '' } },
    );
    const messages = app.get(MessageRepository);
    const unsettled = messages.unsettled.bind(messages);
    messages.unsettled = async (...of) => {
      messages.unsettled = unsettled;
      await app.messages.updateOne(
        { _id },
        { $set: { status: 'sent', instagramMessageId: instagramMessageId! } },
      );
      return unsettled(...of);
    };
    expect(await outcomeOf(echo(instagramMessageId!, 'first'))).toEqual(own);
  });

  it('of anything else means that a person wrote: the conversation is theirs for 12 hours', async () => {
    await app.handle(message());
    const typed = echo('typed-by-hand', 'Hello, this is Bob');
    expect(await outcomeOf(typed)).toEqual({ result: 'ignored', reason: 'human_takeover' });
    expect(await app.handle(message())).toMatchObject({ outcome: { result: 'paused', reason: 'human' } });
    const contact = await app.contacts.findOne({ _id: `${account}:${person}` });
    expect(contact!.pausedUntil).toEqual(new Date(typed.timestamp + 12 * 3_600_000));
  });

  it('to the account itself, or of nobody, or taken back, or of a stranger, pauses nothing', async () => {
    expect(await outcomeOf(echo('a', 'note', { self: true }))).toEqual(own);
    expect(await outcomeOf(echo('b', 'note', { person: null }))).toEqual(own);
    const deleted = { result: 'ignored', reason: 'deleted' };
    expect(await outcomeOf(echo('c', 'note', { deleted: true }))).toEqual(deleted);
    expect(await outcomeOf(echo('d', 'note', { account: '999' }))).toEqual({ result: 'unknown_account' });
    expect(await app.contacts.countDocuments({ account: { $in: [account, '999'] } })).toBe(0);
  });
});
