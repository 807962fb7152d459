import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { GraphClient } from '../../src/instagram/graph/graph.client.js';
import type { GraphClientOptions } from '../../src/instagram/graph/graph.client.js';
import { GraphError } from '../../src/instagram/graph/graph.errors.js';
import type { GraphErrorKind } from '../../src/instagram/graph/graph.errors.js';
import type { FaultEffect } from '../../src/instagram/sandbox/fault-plan.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';

const account = { instagramId: '17841400000000001', accessToken: 'IGAAsecretToken' };
const person = '2978000000000001';

interface ErrorRow {
  kind: GraphErrorKind;
  delivery: 'refused' | 'unknown';
  /** As `status code/subcode`. */
  answers: string[];
}

/** Each row of Instagram's errors, by what the caller should do. */
const rows: ErrorRow[] = [
  {
    kind: 'transient',
    delivery: 'unknown',
    answers: ['500 100', '503 10', '400 1', '400 2', '500 2/2534015'],
  },
  {
    kind: 'throttled',
    delivery: 'refused',
    answers: ['400 4', '400 17', '403 32', '400 341', '400 613', '400 80002', '400 80006', '429 100'],
  },
  { kind: 'token', delivery: 'refused', answers: ['401 190', '400 190/463', '400 102'] },
  {
    kind: 'restricted',
    delivery: 'refused',
    answers: ['400 368', '400 10/1893063', '400 100/2534029', '403 200/2534041'],
  },
  { kind: 'outside_window', delivery: 'refused', answers: ['400 10/2534022', '403 10/2018278'] },
  {
    kind: 'unreachable',
    delivery: 'refused',
    answers: ['400 10/2018108', '400 551', '400 551/1545041', '403 200/1545041'],
  },
  { kind: 'not_found', delivery: 'refused', answers: ['400 100/2534014', '400 100/2534025'] },
  {
    kind: 'thread_taken',
    delivery: 'refused',
    answers: ['400 100/2534037', '400 2018300', '400 10/2018300'],
  },
  { kind: 'already_replied', delivery: 'refused', answers: ['400 10900'] },
  { kind: 'permission', delivery: 'refused', answers: ['400 10', '403 3', '403 200', '400 299'] },
  { kind: 'invalid', delivery: 'refused', answers: ['400 100', '404 803', '405 100/33'] },
];

function errorAnswer(answer: string): FaultEffect {
  const [status, code] = answer.split(' ') as [string, string];
  const [graphCode, subcode] = code.split('/').map(Number);
  return { type: 'error', status: Number(status), code: graphCode, subcode };
}

async function failureOf(call: Promise<unknown>): Promise<GraphError> {
  const failure: unknown = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(GraphError);
  return failure as GraphError;
}

describe('the Graph client against the sandbox', () => {
  const sandbox = new SandboxServer();
  let client: GraphClient;
  let options: GraphClientOptions;

  const send = (signal?: AbortSignal) =>
    client.sendMessage(account, { id: person }, { text: 'a private text' }, signal);
  const replyInPrivate = () => client.sendMessage(account, { comment_id: '1805' }, { text: 'psst' });
  const once = (effect: FaultEffect) => sandbox.faults.add({ match: {}, times: 1, effect });

  beforeAll(async () => {
    const { url } = await sandbox.listen();
    options = { baseUrl: url, version: 'v25.0', timeoutMs: 5000, connections: 8 };
    client = new GraphClient(options);
  });

  beforeEach(() => sandbox.reset());

  afterAll(async () => {
    await client.close();
    await sandbox.close();
  });

  it('sends DMs, private replies and public replies, and reads profiles', async () => {
    sandbox.state.comment('1805', account.instagramId).person = person;
    const direct = await send();
    const privately = await replyInPrivate();
    const publicly = await client.replyToComment(account, '1805', 'Check your inbox');
    expect(direct).toEqual({ recipientId: person, messageId: expect.stringMatching(/^aWdf/) });
    expect(privately).toEqual({ recipientId: person, messageId: expect.stringMatching(/^aWdf/) });
    expect(sandbox.state.journal.page(0, 10)).toMatchObject([
      { kind: 'message', person, content: { text: 'a private text' } },
      { kind: 'private_reply', comment: '1805', content: { text: 'psst' } },
      { kind: 'public_reply', comment: '1805', content: 'Check your inbox' },
    ]);
    expect(publicly.id).toMatch(/^\d{17}$/);
    await expect(client.getProfile(account, person)).resolves.toEqual({
      followsAccount: false,
      name: expect.any(String),
      username: expect.any(String),
    });
  });

  it('tells a second private reply as already given', async () => {
    await replyInPrivate();
    expect(await failureOf(replyInPrivate())).toMatchObject({ kind: 'already_replied', delivery: 'refused' });
  });

  for (const { kind, delivery, answers } of rows) {
    it.each(answers)(`takes HTTP %s for ${kind}, ${delivery}`, async (answer) => {
      once(errorAnswer(answer));
      const failure = await failureOf(send());
      expect(failure).toMatchObject({ kind, delivery, httpStatus: Number(answer.slice(0, 3)) });
      expect(sandbox.state.journal.stats().sends).toBe(0);
      await expect(send()).resolves.toMatchObject({ recipientId: person });
    });
  }

  it('takes is_transient for transient', async () => {
    once({ type: 'error', status: 400, code: 100, isTransient: true });
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('passes on how long to wait', async () => {
    once({ type: 'error', status: 429, code: 4, headers: { 'retry-after': '90' } });
    expect(await failureOf(send())).toMatchObject({ kind: 'throttled', retryAfterMs: 90_000 });
  });

  it('passes on the wait that Instagram states once the hour of private replies is used up', async () => {
    const strict = new SandboxServer({ rateLimits: true, clock: () => 0 });
    const { url } = await strict.listen();
    const careful = new GraphClient({ ...options, baseUrl: url });
    for (let reply = 0; reply < 750; reply += 1) {
      strict.state.limits.take(account.instagramId, 'private_reply', 0);
    }
    const failure = await failureOf(careful.sendMessage(account, { comment_id: '1805' }, { text: 'psst' }));
    await careful.close();
    await strict.close();
    expect(failure).toMatchObject({ kind: 'throttled', graphCode: 80002, retryAfterMs: 3_600_000 });
  });

  it.each<[string, FaultEffect, number]>([
    ['was cut before it was carried out', { type: 'drop_before' }, 0],
    ['was carried out, but not answered', { type: 'drop_after' }, 1],
    ['was carried out, but answered with half a JSON', { type: 'garble' }, 1],
  ])('can not know about a call that %s', async (_what, effect, sends) => {
    once(effect);
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
    expect(sandbox.state.journal.stats().sends).toBe(sends);
  });

  it('gives up on a late answer, though the message was carried out', async () => {
    once({ type: 'delay', delayMs: 60_000 });
    const hasty = new GraphClient({ ...options, timeoutMs: 100 });
    const failure = await failureOf(hasty.sendMessage(account, { id: person }, { text: 'hi' }));
    await hasty.close();
    expect(failure).toMatchObject({ kind: 'transient', delivery: 'unknown' });
    expect(sandbox.state.journal.stats().sends).toBe(1);
  });

  it('keeps ids beyond 2^53 exact when they come as bare numbers', async () => {
    const rawBody = '{"recipient_id":17841400000000003,"message_id":12345678901234567891}';
    once({ type: 'error', status: 200, rawBody });
    await expect(send()).resolves.toEqual({
      recipientId: '17841400000000003',
      messageId: '12345678901234567891',
    });
  });

  it('keeps the token and the text out of every error', async () => {
    const effects: FaultEffect[] = [
      {
        type: 'error',
        status: 401,
        code: 190,
        rawBody: '{"error":{"message":"IGAAsecretToken","code":190}}',
      },
      { type: 'error', status: 502, rawBody: 'IGAAsecretToken: a private text' },
      { type: 'drop_before' },
      { type: 'garble' },
    ];
    for (const effect of effects) {
      once(effect);
      const failure = await failureOf(send());
      const shown = inspect(failure, { depth: null, showHidden: true }) + JSON.stringify(failure);
      expect(shown).not.toMatch(/IGAAsecretToken|a private text/);
    }
  });

  it('carries many calls at once over its connections', async () => {
    const sent = await Promise.all(Array.from({ length: 200 }, () => send()));
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(200);
    expect(sandbox.state.journal.stats().sends).toBe(200);
  });
});
