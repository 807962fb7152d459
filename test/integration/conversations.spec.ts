import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  echoWebhook,
  mergeWebhooks,
  messageWebhook,
  seenWebhook,
} from '../../src/instagram/webhook-samples.js';
import { Conversation } from '../support/conversation.js';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

interface Entry {
  type: 'in' | 'out' | 'human';
  text: string | null;
  why?: string;
  [field: string]: unknown;
}

interface Thread {
  states: string[];
  windowClosesAt: string | null;
  kept: Record<string, string>;
  thread: { items: Entry[]; nextCursor: string | null; automations: Record<string, string> };
}

interface Listed {
  id: string;
  states: string[];
  last: { type: string; kind: string; text: string | null } | null;
}

const HOUR_MS = 3_600_000;

let server: TestServer;
let talk: Conversation;
let accounts = 0;

beforeAll(async () => {
  server = await TestServer.start();
  server.sandbox.reportEchoesTo(`${server.url}/api/webhooks/instagram`, 'test-app-secret');
});

afterAll(() => server?.close());

beforeEach(async () => {
  accounts += 1;
  talk = await connect(`1784300000000${String(accounts).padStart(4, '0')}`);
});

async function connect(account: string, person = '2978000000000001'): Promise<Conversation> {
  await server.admin('POST', 'accounts', { instagramId: account, username: 'shop', accessToken: account });
  return new Conversation(server, account, person);
}

const automate = async (actions: object[], more: object = {}): Promise<string> => {
  const body = { account: talk.account, name: 'Prices', trigger: { type: 'message' }, actions, ...more };
  return ((await server.admin('POST', 'automations', body)) as { id: string }).id;
};
const text = (content: string) => ({ type: 'send_message', text: content });
const id = (of = talk) => `${of.account}:${of.person}`;
const read = async (query = '', of = talk) =>
  (await server.admin('GET', `conversations/${id(of)}${query}`)) as Thread;
const list = async (query: string) =>
  (await server.admin('GET', `conversations?${query}`)) as { items: Listed[]; nextCursor: string | null };
const mine = () => list(`account=${talk.account}`);
/** In the order in which it was said. */
const said = ({ thread }: Thread) => thread.items.toReversed().map((entry) => [entry.type, entry.text]);

describe('a conversation', () => {
  it('has what came in, what was sent, and what became of it', async () => {
    const automation = await automate([text('49 EUR')], { trigger: { type: 'message', match: price } });
    await talk.say('What is the price?');
    await talk.say('and the weather?');
    const conversation = await read();
    expect(said(conversation)).toEqual([
      ['in', 'What is the price?'],
      ['out', '49 EUR'],
      ['in', 'and the weather?'],
    ]);
    const [weather, answer, question] = conversation.thread.items;
    expect(question).toMatchObject({
      kind: 'message',
      outcome: { result: 'answered', automation },
      why: 'Answered by “Prices”.',
      job: { status: 'completed', attempts: 1, errors: [] },
    });
    expect(answer).toMatchObject({ status: 'sent', possibleDuplicate: false, automation, textGone: false });
    expect(weather).toMatchObject({
      outcome: { result: 'no_match' },
      why: 'Not answered: no automation fits.',
    });
    expect(conversation.thread.automations).toEqual({ [automation]: 'Prices' });
    expect(new Date(conversation.windowClosesAt!).getTime() - Date.now()).toBeGreaterThan(23 * HOUR_MS);
  });

  it('tells own echoes from what somebody of the account typed', async () => {
    await automate([text('Hi')]);
    await talk.say('hello');
    await server.post(echoWebhook({ account: talk.account, person: talk.person, text: 'I am Ann' }));
    let conversation = await read();
    while (!conversation.states.includes('paused') || !conversation.thread.items.some(wasEchoed)) {
      conversation = await read();
    }
    expect(said(conversation)).toEqual([
      ['in', 'hello'],
      ['out', 'Hi'],
      ['human', 'I am Ann'],
    ]);
    await talk.say('Hi Ann');
    expect((await read()).thread.items[0]).toMatchObject({
      outcome: { result: 'paused', reason: 'human' },
      why: 'Not answered: somebody of the account wrote in this conversation, so it is left to them.',
    });
    await server.admin('PATCH', `contacts/${id()}`, { pausedUntil: null });
    expect(await talk.say('still there?')).toMatchObject({ result: 'answered' });
  });

  it('shows buttons, quick replies, media and cards of what was sent', async () => {
    const quickReplies = [{ title: 'Order', payload: 'ORDER' }];
    await automate([
      { type: 'send_message', text: 'Choose', quickReplies },
      {
        type: 'send_message',
        text: 'Look',
        buttons: [{ type: 'url', title: 'Shop', url: 'https://example.com' }],
      },
      { type: 'send_media', kind: 'image', url: 'https://example.com/a.png' },
      { type: 'send_cards', cards: [{ title: 'Mug', subtitle: '9 EUR' }] },
    ]);
    await talk.say('hello');
    const sent = (await read()).thread.items.filter(({ type }) => type === 'out').toReversed();
    expect(sent).toMatchObject([
      { text: 'Choose', shown: { quickReplies: ['Order'] } },
      { text: 'Look', shown: { buttons: ['Shop'] } },
      { text: null, shown: { media: { type: 'image', url: 'https://example.com/a.png' } } },
      { text: null, shown: { cards: [{ title: 'Mug', subtitle: '9 EUR', buttons: [] }] } },
    ]);
  });

  it('has an event once, however often Instagram delivers it', async () => {
    const delivery = messageWebhook({ account: talk.account, person: talk.person, text: 'once' });
    await talk.outcomeOf(delivery);
    await server.post(delivery);
    expect(said(await read())).toEqual([['in', 'once']]);
  });

  it('has only its own events of a delivery that brings those of several people', async () => {
    const { account, person } = talk;
    const both = [
      messageWebhook({ account, person, text: 'mine' }),
      messageWebhook({ account, person: '2978000000000002', text: 'not mine' }),
    ];
    await talk.outcomeOf(mergeWebhooks(both));
    expect(said(await read())).toEqual([['in', 'mine']]);
  });

  it('finds the jobs of events that have no id of their own', async () => {
    await talk.outcomeOf(seenWebhook({ account: talk.account, person: talk.person, mid: 'm1' }));
    await talk.tap('NOTHING');
    const { items } = (await read()).thread;
    expect(items.map(({ kind, job }) => [kind, job !== null])).toEqual([
      ['postback', true],
      ['seen', true],
    ]);
  });

  it('is read page by page, each entry once', async () => {
    await automate([text('Hi')]);
    for (const word of ['one', 'two', 'three']) await talk.say(word);
    const pages: Thread[] = [];
    for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)!.thread.nextCursor) {
      pages.push(await read(`?limit=3${cursor && `&cursor=${cursor}`}`));
    }
    const entries = pages.flatMap(({ thread }) => thread.items).filter(({ type }) => type === 'in');
    expect(entries.map((entry) => entry.text)).toEqual(['three', 'two', 'one']);
    const sent = pages.flatMap(({ thread }) => thread.items).filter(({ type }) => type === 'out');
    expect(new Set(sent.map((entry) => entry['id'])).size).toBe(3);
  });

  it('says what is gone with its time', async () => {
    await automate([text('Hi')]);
    await talk.say('hello');
    await server.collection('jobs').deleteMany({ groupKey: id() });
    const long = new Date(Date.now() - 8 * 24 * HOUR_MS);
    const gone = { $set: { createdAt: long }, $unset: { text: '' as const } };
    await server.messages.updateMany({ account: talk.account }, gone);
    const [question, answer] = (await read()).thread.items;
    expect(question).toMatchObject({ job: null, outcome: null, why: 'What became of it is no longer kept.' });
    expect(answer).toMatchObject({ text: null, textGone: true });
    await server.collection('webhook_logs').deleteMany({ people: id() });
    const { thread, kept } = await read();
    expect(thread.items.map(({ type }) => type)).toEqual(['out']);
    expect(new Date(kept['inboundSince']!).getTime()).toBeLessThan(Date.now() - 6 * 24 * HOUR_MS);
  });

  it('is not there for people whom nobody knows', async () => {
    await expect(server.admin('GET', 'conversations/1:2')).rejects.toThrow('404');
    await talk.say('hello');
    await expect(read('?cursor=x')).rejects.toThrow('422');
    await expect(read('?limit=0')).rejects.toThrow('422');
  });
});

describe('conversations', () => {
  const people = ['2978000000000011', '2978000000000012', '2978000000000013'];

  it('are listed by their last activity, page by page', async () => {
    for (const person of people) await new Conversation(server, talk.account, person).say(`I am ${person}`);
    await new Conversation(server, talk.account, people[0]!).say('me again');
    const first = await list(`account=${talk.account}&limit=2`);
    const second = await list(`account=${talk.account}&limit=2&cursor=${first.nextCursor}`);
    const order = [people[0], people[2], people[1]];
    expect([...first.items, ...second.items].map((each) => each.id)).toEqual(
      order.map((person) => `${talk.account}:${person}`),
    );
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]!.last).toMatchObject({ type: 'in', kind: 'message', text: 'me again' });
  });

  it('of all accounts are one list', async () => {
    const other = await connect(`1784400000000${String(accounts).padStart(4, '0')}`);
    await talk.say('first');
    await other.say('second');
    await talk.say('third');
    const { items, nextCursor } = await list('limit=1');
    const behind = await list(`limit=1&cursor=${nextCursor}`);
    expect([...items, ...behind.items].map((each) => each.id)).toEqual([id(), id(other)]);
  });

  it('of all accounts are one list to its end, however long ago somebody was active, and found by what few have', async () => {
    const other = await connect(`1784500000000${String(accounts).padStart(4, '0')}`);
    const now = Date.now();
    // Three crowds: lately, hours ago within a second, and all at one moment long ago.
    const ages = [
      ...Array.from({ length: 40 }, (_, n) => n * 700),
      ...Array.from({ length: 6000 }, (_, n) => 7 * HOUR_MS + Math.floor(n / 6)),
      ...Array.from({ length: 60 }, () => 900 * HOUR_MS),
    ];
    await server.contacts.insertMany(
      ages.map((age, n) => {
        const [{ account }, person] = [n % 2 === 0 ? talk : other, String(400_000 + n)];
        const activeAt = new Date(now - age);
        const tags = n % 1000 === 39 ? ['rare'] : [];
        return { _id: `${account}:${person}`, account, person, tags, firstSeenAt: activeAt, activeAt };
      }),
    );
    const walk = async (query: string) => {
      const pages: string[][] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Awaited<ReturnType<typeof list>> = await list(`${query}${cursor && `&cursor=${cursor}`}`);
        pages.push(page.items.map((each) => each.id));
        cursor = page.nextCursor;
      }
      return pages;
    };
    const inOrder = async (filter: object) => {
      const found = await server.contacts.find({ ...filter, activeAt: { $exists: true } }).toArray();
      const byActivity = found.toSorted(
        (one, next) => next.activeAt!.getTime() - one.activeAt!.getTime() || (one._id < next._id ? 1 : -1),
      );
      return byActivity.map(({ _id }) => _id);
    };
    const newest = await list('limit=100');
    const next = await list(`limit=100&cursor=${newest.nextCursor}`);
    const seen = [...newest.items, ...next.items].map((each) => each.id);
    expect(seen).toEqual((await inOrder({})).slice(0, 200));
    const rare = await walk('tag=rare');
    expect(rare.flat()).toEqual(await inOrder({ tags: 'rare' }));
    expect(rare.flat()).toHaveLength(7);
    expect(rare.length).toBeGreaterThan(1);
    expect(rare.length).toBeLessThan(8);
  });

  it('of more accounts than can be read for one list are asked for by account', async () => {
    const many = Array.from({ length: 501 }, (_, n) => ({ instagramId: `many-${n}` }));
    await server.collection('accounts').insertMany(many);
    try {
      const authorization = `Bearer ${testSecrets.adminToken}`;
      const answer = await fetch(`${server.url}/api/admin/conversations`, { headers: { authorization } });
      expect(answer.status).toBe(422);
      expect((await errorOf(answer)).details).toEqual([
        { path: 'account', message: 'must be given: there are more than 500 accounts' },
      ]);
      await talk.say('hello');
      expect((await mine()).items).toHaveLength(1);
    } finally {
      await server.collection('accounts').deleteMany({ instagramId: /^many-/ });
    }
  });

  it('are found by name, tag and state', async () => {
    await automate([{ type: 'wait', ms: HOUR_MS }, text('Later')], {
      trigger: { type: 'message', match: word('wait') },
    });
    const ask = { type: 'ask', text: 'Your email?', attribute: 'email', validate: 'email' };
    await automate([ask], { trigger: { type: 'message', match: word('ask') } });
    const says = ['wait', 'ask', 'stop', 'nothing'];
    const [waits, asked, stopped, paused] = says.map(
      (_, n) => new Conversation(server, talk.account, `29780000000001${n}0`),
    );
    await Promise.all([waits, asked, stopped, paused].map((each, n) => each!.say(says[n]!)));
    const pausedUntil = new Date(Date.now() + HOUR_MS);
    await server.admin('PATCH', `contacts/${id(paused)}`, { pausedUntil, tags: ['vip'] });
    await server.contacts.updateOne({ _id: id(asked) }, { $set: { username: 'Ann.(Lee)' } });
    const found = async (query: string) =>
      (await list(`account=${talk.account}&${query}`)).items.map((each) => each.id);
    expect(await found('state=waiting')).toEqual([id(waits)]);
    expect(await found('state=asking')).toEqual([id(asked)]);
    expect(await found('state=opted_out')).toEqual([id(stopped)]);
    expect(await found('state=paused')).toEqual([id(paused)]);
    expect(await found('tag=vip')).toEqual([id(paused)]);
    expect(await found('text=n.(LEE')).toEqual([id(asked)]);
    expect(await found(`text=${waits!.person}`)).toEqual([id(waits)]);
    expect(await found('text=.*')).toEqual([]);
    expect((await mine()).items).toHaveLength(4);
  });

  it.each(['state=happy', 'limit=0', 'cursor=1', 'account=me', 'unknown=1', 'text[$ne]=1'])(
    'refuse ?%s',
    async (query) => {
      await expect(list(query)).rejects.toThrow('422');
    },
  );
});

const price = { mode: 'contains', keywords: ['price'] };
const word = (keyword: string) => ({ mode: 'exact', keywords: [keyword] });
const wasEchoed = (entry: Entry) => entry.type === 'out' && entry['echoedAt'] !== null;
