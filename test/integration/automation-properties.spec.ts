import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MessageRepository } from '../../src/automation/outbox/message.repository.js';
import type { CommentEvent, MessageEvent } from '../../src/instagram/instagram-event.js';
import type { FaultEffect } from '../../src/instagram/sandbox/fault-plan.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import type { JobResult } from '../../src/queue/job.types.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const MAX_ATTEMPTS = 3;
const account = '17842300000000001';
const sandbox = new SandboxServer();
let app: AutomationApp;
let serial = 0;

beforeAll(async () => {
  const { url } = await sandbox.listen();
  app = await AutomationApp.start(
    testConfig({
      INSTAGRAM_TEXTS_PER_SECOND: '100000',
      INSTAGRAM_CONVERSATIONS_PER_SECOND: '100000',
    }),
    url,
  );
  await app.accounts.connect(account, 'shop', 'IGAAtoken');
  const say = (n: number) => ({ type: 'send_message', text: `{{event.text}} ${n}` });
  await app.automate({
    account,
    trigger: { type: 'comment' },
    actions: [{ type: 'reply_to_comment', text: '{{event.text}} 0' }, say(1), { type: 'add_tag', tag: 'c' }],
  });
  await app.automate({
    account,
    trigger: { type: 'message', match: { mode: 'starts_with', keywords: ['new'] } },
    conditions: [{ type: 'lacks_tag', tag: 'greeted' }],
    actions: [say(0), { type: 'add_tag', tag: 'greeted' }, say(1), { type: 'react', reaction: 'love' }],
  });
  await app.automate({
    account,
    trigger: { type: 'default' },
    actions: [say(0), { type: 'ask', text: '{{event.text}} 1', attribute: 'size' }, say(2)],
  });
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

interface Mishap {
  effect: FaultEffect | { type: 'crash_after_send' };
  /** So many calls or sends of the run go well before it strikes. */
  after: number;
}

const error = (status: number, code: number): FaultEffect => ({ type: 'error', status, code });
const effect = fc.constantFrom<Mishap['effect']>(
  { type: 'delay', delayMs: 0 },
  { type: 'drop_before' },
  { type: 'drop_after' },
  { type: 'garble' },
  error(500, 2),
  error(400, 999),
  error(400, 613),
  error(400, 551),
  error(403, 10),
  { type: 'crash_after_send' },
);
const mishap = fc.record({ effect, after: fc.integer({ min: 0, max: 2 }) });
const step = fc.record({
  kind: fc.constantFrom('message', 'comment'),
  word: fc.constantFrom('new', 'old', 'stop', 'start'),
  person: fc.integer({ min: 0, max: 1 }),
  mishaps: fc.array(mishap, { maxLength: 4 }),
});

function eventOf({ kind, word, person }: { kind: string; word: string; person: number }, run: number) {
  serial += 1;
  const common = {
    account,
    person: String(2_978_000_000_000_000 + run * 10 + person),
    timestamp: Date.now() - 60_000 + serial,
    text: word === 'stop' || word === 'start' ? word : `${word} ${serial}`,
  };
  const comment: CommentEvent = { ...common, kind: 'comment', commentId: `1805${serial}`, own: false };
  const message: MessageEvent = { ...common, kind: 'message', mid: `mid-${serial}`, attachments: [] };
  return kind === 'comment' ? comment : message;
}

/** The process dies between Instagram's answer to a send and the write of it: neither that write nor anything behind it happens. */
async function runUntilCrash(
  event: CommentEvent | MessageEvent,
  job: string,
  after: number,
): Promise<JobResult | 'crashed'> {
  const messages = app.get(MessageRepository);
  const change = messages.change.bind(messages);
  const controller = new AbortController();
  let sends = 0;
  messages.change = async (...args) => {
    sends += 1;
    if (sends <= after) return change(...args);
    controller.abort(new Error('crashed'));
    throw new Error('crashed');
  };
  try {
    return await app.handle(event, job, controller.signal);
  } catch (failure) {
    if (!controller.signal.aborted) throw failure;
    return 'crashed';
  } finally {
    messages.change = change;
  }
}

/** What Instagram asked to wait for is over. */
async function letTimePass(): Promise<void> {
  await app.accounts.update(account, { status: 'active' });
  await app.collection('send_reservations').deleteMany({});
}

/** Runs an event as the queue does, until it is over: at most three attempts that count. */
async function work(event: CommentEvent | MessageEvent, job: string, mishaps: readonly Mishap[]) {
  const left = [...mishaps];
  for (let attempts = 0; attempts < MAX_ATTEMPTS;) {
    const next = left.shift();
    sandbox.faults.clear();
    const crashes = next?.effect.type === 'crash_after_send';
    if (next && next.effect.type !== 'crash_after_send') {
      const fine = { type: 'delay', delayMs: 0 } as const;
      if (next.after > 0) sandbox.faults.add({ match: {}, times: next.after, effect: fine });
      sandbox.faults.add({ match: {}, times: 1, effect: next.effect });
    }
    const result = crashes ? await runUntilCrash(event, job, next.after) : await app.handle(event, job);
    if (result === 'crashed') continue;
    if (result.type === 'done') return result.outcome!.result;
    if (result.type === 'discard') return result.outcome?.result ?? 'failed';
    if (result.type === 'snooze') await letTimePass();
    else attempts += 1;
  }
  return 'failed';
}

describe('any course of events, crashes and errors of Instagram', () => {
  it('sends no action twice that is not flagged, and ends every event with an outcome', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        run += 1;
        sandbox.reset();
        const jobs: string[] = [];
        for (const each of steps) {
          const job = app.newJobId();
          jobs.push(job);
          expect(await work(eventOf(each, run), job, each.mishaps)).toMatch(
            /^(?:answered|no_match|ignored|cooldown|paused|opted_out|outside_window|failed)$/,
          );
        }
        const rows = await app.messages.find({ job: { $in: jobs } }).toArray();
        const texts = sandbox.state.journal.page(0, 1000).flatMap(({ content }) => {
          if (typeof content === 'string') return content === 'typing_on' ? [] : [content];
          return typeof content === 'object' && content !== null && 'text' in content ? [content.text] : [];
        });
        for (const text of new Set(rows.map((row) => row.text).filter((each) => each !== undefined))) {
          const same = rows.filter((row) => row.text === text);
          const times = texts.filter((sent) => sent === text).length;
          const flagged = same.some(({ possibleDuplicate }) => possibleDuplicate);
          const confirmed = same.filter(({ status }) => status === 'sent').length;
          // Texts of one action are the same only where a person wrote the same word twice.
          const actions = new Set(same.map((row) => `${row.job}:${row.automation}:${row.action}`)).size;
          expect({ text, once: times <= actions || flagged, there: times >= confirmed }).toEqual({
            text,
            once: true,
            there: true,
          });
        }
        // Everything that went out is in the outbox.
        const known = new Set(rows.map(({ text }) => text));
        expect(texts.filter((text) => !known.has(text as string))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
