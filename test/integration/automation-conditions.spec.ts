import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  CommentEvent,
  InstagramEvent,
  MessageEvent,
  ReactionEvent,
  ReferralEvent,
  StoryMentionEvent,
} from '../../src/instagram/instagram-event.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const sandbox = new SandboxServer();
const startedAt = Date.now() - 60_000;
const person = '2978000000000001';
let app: AutomationApp;
let account: string;
let events = 0;

beforeAll(async () => {
  app = await AutomationApp.start(testConfig({ OPT_OUT_WORDS: 'STOP,Arrêt' }), (await sandbox.listen()).url);
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

beforeEach(async () => {
  sandbox.reset();
  events += 1;
  account = `1784160000000${String(events).padStart(4, '0')}`;
  await app.accounts.connect(account, 'shop', 'IGAAtoken');
});

const common = () => {
  events += 1;
  return { account, person, timestamp: startedAt + events };
};
const message = (text?: string, more: Partial<MessageEvent> = {}): MessageEvent => ({
  ...common(),
  kind: 'message',
  mid: `mid-${events}`,
  attachments: [],
  ...(text !== undefined && { text }),
  ...more,
});
const comment = (text: string): CommentEvent => ({
  ...common(),
  kind: 'comment',
  commentId: `18050000000${events}`,
  text,
  own: false,
});
const reply = (text: string) => ({ actions: [{ type: 'send_message', text }] });
const onAnything = { trigger: { type: 'message' } };
const automate = (settings: object) => app.automate({ account, ...settings });
const outcomeOf = async (event: InstagramEvent, job?: string) => {
  const result = await app.handle(event, job);
  return result.type === 'done' ? result.outcome : result;
};
const sentTexts = () =>
  sandbox.state.journal.page(0, 1000).map(({ content }) => (content as { text: string }).text);
const contact = () => app.contacts.findOne({ _id: `${account}:${person}` });

describe('triggers', () => {
  it('a story mention, a followed link, a reaction, and what is left', async () => {
    await automate({ trigger: { type: 'story_mention' }, ...reply('mention') });
    await automate({ trigger: { type: 'referral', ref: 'summer' }, ...reply('link') });
    await automate({ trigger: { type: 'reaction', emoji: '❤️' }, ...reply('heart') });
    await automate({ trigger: { type: 'default' }, ...reply('rest') });
    const mention: StoryMentionEvent = { ...message(), kind: 'story_mention' };
    const link: ReferralEvent = { ...common(), kind: 'referral', referral: { ref: 'summer' } };
    const heart: ReactionEvent = { ...common(), kind: 'reaction', mid: 'm', action: 'react', emoji: '❤' };
    for (const event of [mention, link, heart, message('?'), message('ad', { referral: { ref: 'summer' } })])
      await app.handle(event);
    expect(sentTexts()).toEqual(['mention', 'link', 'heart', 'rest', 'link']);
  });
});

describe('schedules', () => {
  it('go by the time of the event', async () => {
    const hour = new Date(Date.now() - 3_600_000).toISOString().slice(11, 13);
    await automate({
      ...onAnything,
      ...reply('on duty'),
      schedule: { timezone: 'UTC', from: `${hour}:00`, to: `${hour}:59` },
    });
    const midHour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 1_800_000;
    expect(await outcomeOf(message('hi', { timestamp: midHour }))).toMatchObject({ result: 'answered' });
    expect(await outcomeOf(message('hi', { timestamp: midHour + 2 * 3_600_000 }))).toEqual({
      result: 'no_match',
    });
  });
});

describe('conditions', () => {
  it('first_contact: the first event of a person, also when its job runs again', async () => {
    const welcome = await automate({
      ...onAnything,
      ...reply('Welcome'),
      conditions: [{ type: 'first_contact' }],
    });
    const [first, job] = [message('hi'), app.newJobId()];
    expect(await outcomeOf(first, job)).toEqual({ result: 'answered', automation: welcome });
    expect(await outcomeOf(first, job)).toEqual({ result: 'answered', automation: welcome });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'no_match' });
    expect(sentTexts()).toEqual(['Welcome']);
  });

  it('first_contact: a comment is a contact too', async () => {
    await automate({ ...onAnything, ...reply('Welcome'), conditions: [{ type: 'first_contact' }] });
    await app.handle(comment('hi'));
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'no_match' });
  });

  it('first_contact: also where the account wrote first, by hand', async () => {
    await automate({ ...onAnything, ...reply('Welcome'), conditions: [{ type: 'first_contact' }] });
    await app.handle({ ...message('Hello'), kind: 'echo' });
    await app.contacts.updateOne({ _id: `${account}:${person}` }, { $unset: { pausedUntil: '' } });
    expect(await outcomeOf(message('hi'))).toMatchObject({ result: 'answered' });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'no_match' });
  });

  it('first_contact: still the first when its job runs again after it noted something', async () => {
    const welcome = await automate({
      ...onAnything,
      conditions: [{ type: 'first_contact' }],
      actions: [{ type: 'add_tag', tag: 'new' }, ...reply('Welcome').actions],
    });
    const [first, job] = [message('hi'), app.newJobId()];
    sandbox.faults.add({ match: { call: 'send' }, times: 1, effect: { type: 'drop_before' } });
    expect(await outcomeOf(first, job)).toMatchObject({ type: 'retry' });
    expect(await outcomeOf(first, job)).toEqual({ result: 'answered', automation: welcome });
    expect(sentTexts()).toEqual(['Welcome']);
  });

  it('tags and attributes, as they are on the contact', async () => {
    await automate({
      ...onAnything,
      ...reply('never'),
      priority: 9,
      conditions: [{ type: 'attribute', name: 'toString', op: 'exists' }],
    });
    const [vip, known, other] = [
      await automate({
        ...onAnything,
        ...reply('vip'),
        priority: 3,
        conditions: [
          { type: 'has_tag', tag: 'vip' },
          { type: 'lacks_tag', tag: 'blocked' },
        ],
      }),
      await automate({
        ...onAnything,
        ...reply('known'),
        priority: 2,
        conditions: [
          { type: 'attribute', name: 'email', op: 'exists' },
          { type: 'attribute', name: 'size', op: 'equals', value: 'L' },
        ],
      }),
      await automate({ ...onAnything, ...reply('other'), conditions: [{ type: 'lacks_tag', tag: 'vip' }] }),
    ];
    const knowing = (change: object) =>
      app.contacts.updateOne({ _id: `${account}:${person}` }, { $set: change });
    expect(await outcomeOf(message('hi'))).toMatchObject({ automation: other });
    await knowing({ tags: ['vip'] });
    expect(await outcomeOf(message('hi'))).toMatchObject({ automation: vip });
    await knowing({ tags: ['vip', 'blocked'], attributes: { email: 'a@b.de', size: 'M' } });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'no_match' });
    await knowing({ attributes: { email: 'a@b.de', size: 'L' } });
    expect(await outcomeOf(message('hi'))).toMatchObject({ automation: known });
  });

  it('a job that runs again answers by what it decided first', async () => {
    const first = await automate({
      ...onAnything,
      ...reply('new'),
      conditions: [{ type: 'lacks_tag', tag: 'a' }],
    });
    await automate({ ...onAnything, ...reply('old'), priority: -1 });
    const [event, job] = [message('hi'), app.newJobId()];
    sandbox.faults.add({ match: { call: 'send' }, times: 1, effect: { type: 'drop_before' } });
    expect(await outcomeOf(event, job)).toMatchObject({ type: 'retry' });
    await app.contacts.updateOne({ _id: `${account}:${person}` }, { $set: { tags: ['a'] } });
    expect(await outcomeOf(event, job)).toEqual({ result: 'answered', automation: first });
    expect(sentTexts()).toEqual(['new']);
  });
});

describe('a job that decided, and whose automation is deleted before it runs again', () => {
  it('answers nothing, and says so', async () => {
    const conditions = [{ type: 'lacks_tag', tag: 'a' }];
    const id = await automate({ ...onAnything, ...reply('new'), conditions });
    await automate({ ...onAnything, ...reply('old'), priority: -1 });
    const [event, job] = [message('hi'), app.newJobId()];
    sandbox.faults.add({ match: { call: 'send' }, times: 1, effect: { type: 'drop_before' } });
    expect(await outcomeOf(event, job)).toMatchObject({ type: 'retry' });
    await app.automations.delete(id);
    expect(await outcomeOf(event, job)).toEqual({ result: 'ignored', reason: 'automation_gone' });
    expect(sentTexts()).toEqual([]);
  });
});

describe('follows_account', () => {
  const gated = () =>
    automate({ ...onAnything, ...reply('For you'), conditions: [{ type: 'follows_account' }] });
  const follow = (follows: boolean) => {
    const theirs = sandbox.state.account(account);
    sandbox.state.setToken(theirs, 'IGAAtoken');
    Object.assign(sandbox.state.conversation(theirs, person), { lastInboundAt: Date.now(), follows });
  };

  it('asks Instagram each time', async () => {
    const automation = await gated();
    const ask = await automate({ ...onAnything, ...reply('Follow us first'), priority: -1 });
    follow(false);
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation: ask });
    follow(true);
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation });
    expect(sentTexts()).toEqual(['Follow us first', 'For you']);
  });

  it('holds where Instagram does not answer, and says so', async () => {
    const automation = await gated();
    sandbox.faults.add({
      match: { call: 'profile' },
      times: null,
      effect: { type: 'error', status: 400, code: 100 },
    });
    expect(await outcomeOf(message('hi'))).toEqual({
      result: 'answered',
      automation,
      reason: 'follow_unknown',
    });
  });

  it('asks nothing of a person who only commented, of whom Instagram tells nothing', async () => {
    const conditions = [{ type: 'follows_account' }];
    await automate({ trigger: { type: 'comment' }, ...reply('Hi'), conditions });
    expect(await outcomeOf(comment('hi'))).toMatchObject({ result: 'answered', reason: 'follow_unknown' });
    expect(sandbox.callCounts().calls).toBe(1);
  });

  it('asks nothing where the choice does not depend on it', async () => {
    await gated();
    const first = await automate({ ...onAnything, ...reply('first'), priority: 1 });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation: first });
    expect(sandbox.callCounts().calls).toBe(1);
  });
});

describe('what no automation overrides', () => {
  it('STOP: nothing more, whatever the person does, until START', async () => {
    await automate({ ...onAnything, ...reply('Hi') });
    await automate({ trigger: { type: 'comment' }, ...reply('Hi') });
    expect(await outcomeOf(message('  stop '))).toEqual({ result: 'opted_out', reason: 'stop' });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'opted_out' });
    expect(await outcomeOf(comment('hi'))).toEqual({ result: 'opted_out' });
    expect(sentTexts()).toEqual([]);
    expect(await outcomeOf(message('Start'))).toMatchObject({ result: 'answered' });
    expect(await outcomeOf(message('hi'))).toMatchObject({ result: 'answered' });
    expect(sentTexts()).toEqual(['Hi', 'Hi']);
  });

  it('STOP: in the words of the configuration, alone in a message, and not in a comment', async () => {
    await automate({ ...onAnything, ...reply('Hi') });
    expect(await outcomeOf(message('please stop it'))).toMatchObject({ result: 'answered' });
    expect(await outcomeOf(comment('stop'))).toEqual({ result: 'no_match' });
    expect(await outcomeOf(message('ARRET'))).toEqual({ result: 'opted_out', reason: 'stop' });
  });

  it('STOP: a START from before it ends nothing', async () => {
    const early = message('start');
    await app.handle(message('stop'));
    expect(await outcomeOf(early)).toEqual({ result: 'opted_out' });
  });

  it('STOP: one from before a START begins nothing, though it comes after it', async () => {
    await automate({ ...onAnything, ...reply('Hi') });
    const [stop, start] = [message('stop'), message('start')];
    expect(await outcomeOf(start)).toMatchObject({ result: 'answered' });
    expect(await outcomeOf(stop)).toEqual({ result: 'opted_out', reason: 'start_came_later' });
    expect(await outcomeOf(message('hi'))).toMatchObject({ result: 'answered' });
    expect(await outcomeOf(message('stop'))).toEqual({ result: 'opted_out', reason: 'stop' });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'opted_out' });
  });

  it('STOP: the last one counts, in whatever order they come', async () => {
    await automate({ ...onAnything, ...reply('Hi') });
    const [first, start, last] = [message('stop'), message('start'), message('stop')];
    for (const event of [last, first, start]) await app.handle(event);
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'opted_out' });
    expect(sentTexts()).toEqual([]);
  });

  it('a pause, until it is over', async () => {
    await automate({ ...onAnything, ...reply('Hi') });
    await app.handle(message('hi'));
    const pauseUntil = (pausedUntil: Date) =>
      app.contacts.updateOne(
        { _id: `${account}:${person}` },
        { $set: { pausedUntil, pauseReason: 'by_owner' } },
      );
    await pauseUntil(new Date(Date.now() + 60_000));
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'paused', reason: 'by_owner' });
    await pauseUntil(new Date(Date.now() - 1));
    expect(await outcomeOf(message('hi'))).toMatchObject({ result: 'answered' });
  });

  it('a loop: the conversation is paused, with the reason', async () => {
    await automate({ ...onAnything, ...reply('a') });
    const results = [];
    for (let n = 0; n < 20; n += 1) results.push(await outcomeOf(message('a')));
    expect(sentTexts()).toHaveLength(15);
    expect(results.slice(15)).toEqual(
      Array.from({ length: 5 }, () => ({ result: 'paused', reason: 'loop' })),
    );
    expect(await contact()).toMatchObject({ pauseReason: 'loop' });
  });
});
