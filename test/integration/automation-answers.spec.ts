import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  CommentEvent,
  InstagramEvent,
  LiveCommentEvent,
  MessageEvent,
  PostbackEvent,
  QuickReplyEvent,
  StoryMentionEvent,
  StoryReplyEvent,
} from '../../src/instagram/instagram-event.js';
import { FLOW_JOB, type FlowJob } from '../../src/automation/flows/flow-job.js';
import { FlowHandler } from '../../src/automation/flows/flow.handler.js';
import { TrailingWork } from '../../src/queue/trailing-work.js';
import type { RunningJob } from '../../src/queue/job.types.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const sandbox = new SandboxServer();
let graphUrl: string;
let app: AutomationApp;
let account: string;
/** Within the 24-hour window, and each later than the one before. */
const startedAt = Date.now() - 60_000;
let events = 0;

beforeAll(async () => {
  graphUrl = (await sandbox.listen()).url;
  app = await AutomationApp.start(testConfig(), graphUrl);
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

beforeEach(async () => {
  sandbox.reset();
  events += 1;
  account = `1784140000000${String(events).padStart(4, '0')}`;
  await app.accounts.connect(account, 'shop', 'IGAAtoken');
});

const person = '2978000000000001';
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
const comment = (text: string, more: Partial<CommentEvent> = {}): CommentEvent => ({
  ...common(),
  kind: 'comment',
  commentId: `18050000000${events}`,
  text,
  own: false,
  username: 'ann',
  mediaId: '1789',
  ...more,
});

const onMessage = (keyword: string) => ({
  account,
  trigger: { type: 'message', match: { mode: 'contains', keywords: [keyword] } },
});
const reply = (text: string) => ({ actions: [{ type: 'send_message', text }] });

/** What reached Instagram, in order. */
const sent = () =>
  sandbox.state.journal
    .page(0, 100)
    .map(({ kind, person: to, comment: on, content }) =>
      on === null ? { kind, to, content } : { kind, on, content },
    );
/** Of Instagram's limits, those of which the account has used something. */
const limitsUsed = async () => {
  const rows = await app.collection<{ _id: string }>('send_limits').find().toArray();
  const own = rows.filter(({ _id }) => _id.startsWith(`${account}:`));
  return own.map(({ _id }) => _id.slice(account.length + 1)).toSorted();
};
const outcomeOf = async (event: InstagramEvent, job?: string) => {
  const result = await app.handle(event, job);
  return result.type === 'done' ? result.outcome : result;
};

describe('what an event is answered with', () => {
  it('a message: a DM, kept in the outbox with the id that Instagram gave it', async () => {
    const automation = await app.automate({ ...onMessage('price'), ...reply('It is 49 EUR.') });
    const job = app.newJobId();
    expect(await outcomeOf(message('the PRICE?'), job)).toEqual({ result: 'answered', automation });
    expect(sent()).toEqual([{ kind: 'message', to: person, content: { text: 'It is 49 EUR.' } }]);
    const entry = sandbox.state.journal.page(0, 1)[0]!;
    expect(await app.messages.find({ account }).toArray()).toEqual([
      {
        _id: `${job}:${automation}:0`,
        job,
        account,
        person,
        action: 0,
        type: 'send_message',
        automation,
        text: 'It is 49 EUR.',
        status: 'sent',
        run: expect.any(String),
        possibleDuplicate: false,
        instagramMessageId: sandbox.state.journal.idOf(entry),
        createdAt: expect.any(Date),
        updatedAt: expect.any(Date),
      },
    ]);
  });

  it('quick replies and buttons, in the form in which Instagram takes them', async () => {
    const quickReplies = [{ title: 'Yes', payload: 'YES' }];
    const buttons = [
      { type: 'url', title: 'Shop', url: 'https://example.org/' },
      { type: 'postback', title: 'Ask', payload: 'ASK' },
    ];
    await app.automate({
      ...onMessage('hi'),
      actions: [
        { type: 'send_message', text: 'One?', quickReplies },
        { type: 'send_message', text: 'Two?', buttons },
      ],
    });
    await app.handle(message('hi'));
    expect(sent().map(({ content }) => content)).toEqual([
      { text: 'One?', quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'YES' }] },
      {
        attachment: {
          type: 'template',
          payload: {
            template_type: 'button',
            text: 'Two?',
            buttons: [{ type: 'web_url', title: 'Shop', url: 'https://example.org/' }, buttons[1]],
          },
        },
      },
    ]);
  });

  it('a story reply, a tapped quick reply and a tapped button', async () => {
    await app.automate({ account, trigger: { type: 'story_reply', storyIds: ['77'] }, ...reply('story') });
    await app.automate({ account, trigger: { type: 'quick_reply', payload: 'RED' }, ...reply('quick') });
    await app.automate({ account, trigger: { type: 'postback', payloadPrefix: 'BUY_' }, ...reply('button') });
    const storyReply: StoryReplyEvent = { ...message('wow'), kind: 'story_reply', story: { id: '77' } };
    const quickReply: QuickReplyEvent = { ...message('Red'), kind: 'quick_reply', payload: 'RED' };
    const postback: PostbackEvent = { ...common(), kind: 'postback', payload: 'BUY_1', title: 'Buy' };
    for (const event of [storyReply, quickReply, postback]) await app.handle(event);
    expect(sent().map(({ content }) => content)).toEqual([
      { text: 'story' },
      { text: 'quick' },
      { text: 'button' },
    ]);
  });

  it('a comment: a public reply and a private one, later messages to the inbox', async () => {
    await app.automate({
      account,
      trigger: { type: 'comment', match: { mode: 'word', keywords: ['price'] }, mediaIds: ['1789'] },
      actions: [
        { type: 'reply_to_comment', text: 'Sent you a DM, {{contact.username}}!' },
        { type: 'send_message', text: 'It is 49 EUR.' },
        { type: 'send_message', text: 'Anything else?' },
      ],
    });
    const event = comment('Price?');
    await app.handle(event);
    expect(sent()).toEqual([
      { kind: 'public_reply', on: event.commentId, content: 'Sent you a DM, ann!' },
      { kind: 'private_reply', on: event.commentId, content: { text: 'It is 49 EUR.' } },
      { kind: 'message', to: person, content: { text: 'Anything else?' } },
    ]);
  });

  it('a reply to a comment: in the thread of its parent', async () => {
    const trigger = { type: 'comment', repliesToo: true };
    await app.automate({ account, trigger, actions: [{ type: 'reply_to_comment', text: 'Hi' }] });
    await app.handle(comment('hello', { parentId: '18049' }));
    expect(sent()).toEqual([{ kind: 'public_reply', on: '18049', content: 'Hi' }]);
  });

  it('a live comment only where an automation asks for them', async () => {
    const live: LiveCommentEvent = { ...comment('hi'), kind: 'live_comment' };
    await app.automate({ account, trigger: { type: 'comment' }, ...reply('Hi') });
    expect(await outcomeOf(live)).toEqual({ result: 'ignored', reason: 'no_live_trigger' });
    const automation = await app.automate({
      account,
      trigger: { type: 'comment', live: true },
      ...reply('Hi live'),
    });
    expect(await outcomeOf(live)).toEqual({ result: 'answered', automation });
    // Instagram's limit by the hour is that of posts and reels.
    expect(await limitsUsed()).toEqual(['text']);
    await app.handle(comment('hi'));
    expect(await limitsUsed()).toEqual(['private_reply', 'text']);
  });

  it('sound and moving pictures, within a limit of their own', async () => {
    const video = { type: 'send_media', kind: 'video', url: 'https://example.org/a.mp4' };
    await app.automate({ ...onMessage('hi'), actions: [video] });
    await app.handle(message('hi'));
    expect(await limitsUsed()).toEqual(['media']);
  });

  it('several automations where the first says continue', async () => {
    await app.automate({ ...onMessage('price'), ...reply('second'), priority: 1 });
    const first = await app.automate({
      ...onMessage('price'),
      ...reply('first'),
      priority: 2,
      continue: true,
    });
    expect(await outcomeOf(message('price'))).toEqual({ result: 'answered', automation: first });
    expect(sent().map(({ content }) => content)).toEqual([{ text: 'first' }, { text: 'second' }]);
  });
});

describe('several automations on one comment', () => {
  it('give one private reply between them; what follows goes to the inbox', async () => {
    for (const [text, priority] of [
      ['one', 2],
      ['two', 1],
    ] as const) {
      await app.automate({ account, trigger: { type: 'comment' }, ...reply(text), priority, continue: true });
    }
    await app.handle(comment('hi'));
    expect(sent().map(({ kind, content }) => [kind, content])).toEqual([
      ['private_reply', { text: 'one' }],
      ['message', { text: 'two' }],
    ]);
  });
});

describe('the 24-hour window', () => {
  it('is that of the last message, where the event itself opens none', async () => {
    const link: InstagramEvent = { ...common(), kind: 'referral', referral: {} };
    const automation = await app.automate({ account, trigger: { type: 'referral' }, ...reply('Hi') });
    const wrote = (hours: number) =>
      app.contacts.updateOne(
        { _id: `${account}:${person}` },
        { $set: { lastInboundAt: new Date(Date.now() - hours * 3_600_000) } },
      );
    await app.handle(message('hello'));
    await wrote(25);
    expect(await outcomeOf(link)).toMatchObject({ result: 'outside_window', automation });
    expect(sent()).toEqual([]);
    await wrote(23);
    expect(await outcomeOf(link)).toEqual({ result: 'answered', automation });
  });
});

describe('what is not answered', () => {
  beforeEach(() => app.automate({ account, trigger: { type: 'message' }, ...reply('Hi') }));

  it.each<[string, () => InstagramEvent, object]>([
    ['an unknown account', () => message('hi', { account: '999' }), { result: 'unknown_account' }],
    ['a deleted message', () => message('hi', { deleted: true }), { result: 'ignored', reason: 'deleted' }],
    [
      'an unsupported message',
      () => message(undefined, { unsupported: true }),
      { result: 'ignored', reason: 'unsupported' },
    ],
    [
      'a message of nobody',
      () => message('hi', { person: null }),
      { result: 'ignored', reason: 'no_person' },
    ],
    [
      'a message of the account itself',
      () => message('hi', { person: account }),
      { result: 'ignored', reason: 'own' },
    ],
    ["the account's own comment", () => comment('hi', { own: true }), { result: 'ignored', reason: 'own' }],
    ['a comment that nothing matches', () => comment('hi'), { result: 'no_match' }],
    [
      'what somebody of the account wrote',
      () => ({ ...message('hi'), kind: 'echo' }),
      { result: 'ignored', reason: 'human_takeover' },
    ],
    ['a seen mark', () => ({ ...common(), kind: 'seen' }), { result: 'ignored', reason: 'seen' }],
    [
      'an edit',
      () => ({ ...common(), kind: 'edit', mid: 'm', edits: 0 }),
      { result: 'ignored', reason: 'edit' },
    ],
    [
      'a reaction that nothing matches',
      () => ({ ...common(), kind: 'reaction', mid: 'm', action: 'react' }),
      { result: 'no_match' },
    ],
    [
      'a reaction that was taken back',
      () => ({ ...common(), kind: 'reaction', mid: 'm', action: 'unreact' }),
      { result: 'ignored', reason: 'unreact' },
    ],
    [
      'a referral that nothing matches',
      () => ({ ...common(), kind: 'referral', referral: {} }),
      { result: 'no_match' },
    ],
    ['a mention', () => ({ ...common(), kind: 'mention' }), { result: 'ignored', reason: 'mention' }],
    [
      'the unknown',
      () => ({ ...common(), kind: 'unknown', about: 'x' }),
      { result: 'ignored', reason: 'unknown_kind' },
    ],
  ])('%s', async (_what, event, outcome) => {
    expect(await outcomeOf(event())).toEqual(outcome);
    expect(sent()).toEqual([]);
  });

  it('a text that comes to nothing', async () => {
    const automation = await app.automate({
      ...onMessage('silence'),
      ...reply('{{contact.attributes.x}}'),
      priority: 1,
    });
    expect(await outcomeOf(message('silence'))).toEqual({
      result: 'failed',
      automation,
      reason: 'empty_text',
    });
  });
});

describe('an action that has nothing to do', () => {
  const unknown = '{{contact.attributes.x}}';
  const jobsOf = () =>
    app
      .collection<{ kind: string }>('jobs')
      .find({ limitKey: account } as never)
      .toArray();

  it('cards without a title are left out, and all of them where none has one', async () => {
    await app.automate({
      ...onMessage('hi'),
      actions: [
        { type: 'send_cards', cards: [{ title: unknown }] },
        { type: 'send_cards', cards: [{ title: unknown }, { title: 'Shoes' }] },
      ],
    });
    await app.handle(message('hi'));
    const payload = { template_type: 'generic', elements: [{ title: 'Shoes' }] };
    expect(sent().map(({ content }) => content)).toEqual([{ attachment: { type: 'template', payload } }]);
  });

  it('an attribute without a value stays as it is', async () => {
    await app.automate({
      ...onMessage('hi'),
      actions: [
        { type: 'set_attribute', name: 'size', value: 'L' },
        { type: 'set_attribute', name: 'size', value: unknown },
      ],
    });
    await app.handle(message('hi'));
    const { attributes } = (await app.contacts.findOne({ account }))!;
    expect(attributes).toEqual({ size: 'L' });
  });

  it('a public reply without a text is none', async () => {
    const actions = [{ type: 'reply_to_comment', text: unknown }, ...reply('Hi').actions];
    await app.automate({ account, trigger: { type: 'comment' }, actions });
    await app.handle(comment('hi'));
    expect(sent()).toMatchObject([{ kind: 'private_reply', content: { text: 'Hi' } }]);
  });

  it('a reaction where there is no message', async () => {
    const actions = [{ type: 'react', reaction: 'love' }, ...reply('Hi').actions];
    const automation = await app.automate({ account, trigger: { type: 'referral' }, actions });
    const link: InstagramEvent = { ...common(), kind: 'referral', referral: {} };
    expect(await outcomeOf(link)).toEqual({ result: 'answered', automation });
    expect(sent().map(({ kind }) => kind)).toEqual(['message']);
  });

  it('typing where no conversation is open', async () => {
    const actions = [{ type: 'typing', ms: 1 }, ...reply('Hi').actions];
    await app.automate({ account, trigger: { type: 'comment' }, actions });
    await app.handle(comment('hi'));
    expect(sent().map(({ kind }) => kind)).toEqual(['private_reply']);
  });

  it('a wait at the end', async () => {
    const automation = await app.automate({
      ...onMessage('hi'),
      actions: [...reply('Hi').actions, { type: 'wait', ms: 60_000 }],
    });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation });
    expect(await jobsOf()).toEqual([]);
  });

  it('a wait that began before its job ran again: what follows it runs once', async () => {
    const actions = [...reply('Hi').actions, { type: 'wait', ms: 600_000 }, ...reply('Later').actions];
    await app.automate({ ...onMessage('hi'), actions });
    const [event, job] = [message('hi'), app.newJobId()];
    for (let run = 0; run < 2; run += 1)
      expect(await outcomeOf(event, job)).toMatchObject({ reason: 'waiting' });
    expect((await jobsOf()).map(({ kind }) => kind)).toEqual(['flow']);
    expect(Object.keys((await app.contacts.findOne({ account }))!.waits!)).toHaveLength(1);
  });
});

describe('an automation that fails before it has sent anything', () => {
  const unreachable = () =>
    sandbox.faults.add({
      match: { call: 'send' },
      times: 1,
      effect: { type: 'error', status: 400, code: 551 },
    });
  const tagAndReply = [{ type: 'add_tag', tag: 'asked' }, ...reply('Hi').actions];

  it('has not answered, whatever it noted, and does not cool down', async () => {
    const automation = await app.automate({ ...onMessage('hi'), actions: tagAndReply, cooldownMs: 60_000 });
    unreachable();
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'failed', automation, reason: 'unreachable' });
    const late = message('hi', { timestamp: Date.now() - 25 * 3_600_000, person: '2978000000000003' });
    expect(await outcomeOf(late)).toMatchObject({ result: 'outside_window' });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation });
  });

  it('leaves the event answered where one before it has sent something', async () => {
    const more = { priority: 1, continue: true };
    const first = await app.automate({ ...onMessage('hi'), ...reply('One'), ...more });
    await app.automate({ ...onMessage('hi'), actions: tagAndReply });
    sandbox.faults.add({ match: { call: 'send' }, times: 1, effect: { type: 'delay', delayMs: 0 } });
    unreachable();
    expect(await outcomeOf(message('hi'))).toEqual({
      result: 'answered',
      automation: first,
      reason: 'unreachable',
    });
  });
});

describe('a flow', () => {
  const later = (automation: string): RunningJob<FlowJob> => ({
    id: app.newJobId(),
    kind: FLOW_JOB,
    payload: {
      event: message('go') as MessageEvent & { person: string },
      flow: {
        automation,
        actions: [{ type: 'send_message', text: 'Later' }],
        position: 0,
        privatelyReplied: false,
      },
    },
    attempt: 1,
    isFirstRun: true,
    maxAttempts: 3,
    enqueuedAt: new Date(),
    signal: new AbortController().signal,
    trailing: new TrailingWork(),
  });

  it('that waited sends nothing for an account that may not, or is gone', async () => {
    const automation = await app.automate({ ...onMessage('go'), ...reply('Hi') });
    const job = later(automation);
    await app.accounts.update(account, { status: 'paused' });
    expect(await app.get(FlowHandler).handle(job)).toMatchObject({
      type: 'snooze',
      reason: 'account_paused',
    });
    await app.accounts.disconnect(account);
    expect(await app.get(FlowHandler).handle(job)).toMatchObject({ outcome: { result: 'unknown_account' } });
    expect(sent()).toEqual([]);
  });

  it('that an answer set going goes on with it when its job runs again', async () => {
    const question = { type: 'ask', text: 'Your email?', attribute: 'email', validate: 'email' };
    const automation = await app.automate({
      ...onMessage('go'),
      actions: [question, ...reply('Thanks').actions],
    });
    await app.handle(message('go'));
    const [answer, job] = [message('a@b.de'), app.newJobId()];
    sandbox.faults.add({ match: { call: 'send' }, times: 1, effect: { type: 'drop_before' } });
    expect(await outcomeOf(answer, job)).toMatchObject({ type: 'retry' });
    expect(await outcomeOf(answer, job)).toEqual({ result: 'answered', automation });
    expect(sent().map(({ content }) => content)).toEqual([{ text: 'Your email?' }, { text: 'Thanks' }]);
  });
});

describe('contacts', () => {
  const contact = () => app.contacts.findOne({ _id: `${account}:${person}` });

  it('are kept with when they were first seen and last wrote, whatever the order of events', async () => {
    const [older, newer] = [message('a'), message('b')];
    await app.handle(newer);
    await app.handle(older);
    expect(await contact()).toEqual({
      _id: `${account}:${person}`,
      account,
      person,
      firstJob: expect.any(String),
      firstSeenAt: new Date(newer.timestamp),
      lastInboundAt: new Date(newer.timestamp),
      activeAt: new Date(newer.timestamp),
    });
  });

  it('are named by their comments, which do not open the window', async () => {
    await app.handle(comment('hi'));
    expect(await contact()).toMatchObject({ username: 'ann' });
    expect(await contact()).not.toHaveProperty('lastInboundAt');
  });

  it('are seen in a story that mentions the account', async () => {
    const mention: StoryMentionEvent = { ...message(), kind: 'story_mention' };
    expect(await outcomeOf(mention)).toEqual({ result: 'no_match' });
    expect(await contact()).toMatchObject({ lastInboundAt: new Date(mention.timestamp) });
  });

  it('are looked up at Instagram once, when a text needs a name', async () => {
    const theirs = sandbox.state.account(account);
    sandbox.state.setToken(theirs, 'IGAAtoken');
    const known = sandbox.state.conversation(theirs, person);
    Object.assign(known, { name: 'Ann Lee', username: 'ann', lastInboundAt: Date.now() });
    await app.automate({ ...onMessage('hi'), ...reply('Hi {{contact.name|there}} ({{contact.username}})') });
    await app.handle(message('hi'));
    await app.handle(message('hi'));
    expect(sent().map(({ content }) => content)).toEqual(
      Array.from({ length: 2 }, () => ({ text: 'Hi Ann Lee (ann)' })),
    );
    expect(sandbox.callCounts().calls).toBe(3);
    expect(await contact()).toMatchObject({
      name: 'Ann Lee',
      username: 'ann',
      profileCheckedAt: expect.any(Date),
    });
  });

  it('are addressed by the fallback when Instagram does not tell their name', async () => {
    sandbox.faults.add({
      match: { call: 'profile' },
      times: null,
      effect: { type: 'error', status: 400, code: 100 },
    });
    await app.automate({ ...onMessage('hi'), ...reply('Hi {{contact.name|there}}') });
    await app.handle(message('hi'));
    await app.handle(message('hi'));
    expect(sent().map(({ content }) => content)).toEqual([{ text: 'Hi there' }, { text: 'Hi there' }]);
    expect(sandbox.callCounts().calls).toBe(3);
  });

  it('are not looked up after a comment alone', async () => {
    await app.automate({ account, trigger: { type: 'comment' }, ...reply('Hi {{contact.name|there}}') });
    await app.handle(comment('hi'));
    expect(sent().map(({ content }) => content)).toEqual([{ text: 'Hi there' }]);
    expect(sandbox.callCounts().calls).toBe(1);
  });
});

describe('cooldown', () => {
  it('keeps an automation from firing again for the same person', async () => {
    const automation = await app.automate({ ...onMessage('hi'), ...reply('Hi'), cooldownMs: 60_000 });
    const first = app.newJobId();
    expect(await outcomeOf(message('hi'), first)).toEqual({ result: 'answered', automation });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'cooldown', automation });
    expect(await outcomeOf(message('hi'), first)).toEqual({ result: 'answered', automation });
    expect(await outcomeOf(message('hi', { person: '2978000000000002' }))).toMatchObject({
      result: 'answered',
    });
    expect(sent()).toHaveLength(2);
  });

  it('begins also when the person was answered only in part', async () => {
    const actions = ['one', 'two'].map((text) => ({ type: 'send_message', text }));
    const automation = await app.automate({ ...onMessage('hi'), actions, cooldownMs: 60_000 });
    for (const effect of [
      { type: 'delay', delayMs: 0 },
      { type: 'error', status: 400, code: 551 },
    ] as const) {
      sandbox.faults.add({ match: { call: 'send' }, times: 1, effect });
    }
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation, reason: 'unreachable' });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'cooldown', automation });
  });

  it('counts the boosted copy of a post as the post', async () => {
    const automation = await app.automate({
      account,
      trigger: { type: 'comment' },
      ...reply('Hi'),
      cooldownMs: 60_000,
    });
    await app.handle(comment('hi', { mediaId: '1' }));
    const boosted = comment('hi', { mediaId: '9', originalMediaId: '1' });
    expect(await outcomeOf(boosted)).toEqual({ result: 'cooldown', automation });
  });

  it('does not begin where there was nothing to send', async () => {
    const text = '{{contact.attributes.size}}';
    const automation = await app.automate({ ...onMessage('hi'), ...reply(text), cooldownMs: 60_000 });
    expect(await outcomeOf(message('hi'))).toMatchObject({ result: 'failed', reason: 'empty_text' });
    await app.contacts.updateOne({ _id: `${account}:${person}` }, { $set: { attributes: { size: 'L' } } });
    expect(await outcomeOf(message('hi'))).toEqual({ result: 'answered', automation });
  });

  it('counts each media of comments on its own', async () => {
    await app.automate({ account, trigger: { type: 'comment' }, ...reply('Hi'), cooldownMs: 60_000 });
    const results = [];
    for (const mediaId of ['1', '1', '2']) results.push(await outcomeOf(comment('hi', { mediaId })));
    expect(results.map((result) => (result as { result: string }).result)).toEqual([
      'answered',
      'cooldown',
      'answered',
    ]);
  });

  it('ends, and leaves nothing of those that are over', async () => {
    const automation = await app.automate({
      account,
      trigger: { type: 'comment' },
      ...reply('Hi'),
      cooldownMs: 1,
    });
    for (const mediaId of ['1', '2']) {
      expect(await outcomeOf(comment('hi', { mediaId }))).toEqual({ result: 'answered', automation });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const kept = await app.contacts.findOne({ _id: `${account}:${person}` });
    expect(Object.keys(kept!.cooldowns!)).toEqual([`${automation}:2`]);
  });
});
