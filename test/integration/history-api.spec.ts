import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { reactionWebhook } from '../../src/instagram/webhook-samples.js';
import { Conversation } from '../support/conversation.js';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

type Row = Record<string, unknown> & { id: string };
interface List {
  items: Row[];
  nextCursor: string | null;
}

let server: TestServer;
let talk: Conversation;
let accounts = 0;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

beforeEach(async () => {
  await server.collection('webhook_logs').deleteMany({});
  accounts += 1;
  talk = new Conversation(server, `1784300000000${String(accounts).padStart(4, '0')}`, '2978000000000001');
  const instagramId = talk.account;
  await server.admin('POST', 'accounts', { instagramId, username: 'shop', accessToken: 'IGAAtoken' });
});

const get = (path: string) => server.admin('GET', path) as Promise<List>;
const conversation = () => `${talk.account}:${talk.person}`;
const raw = (path: string) =>
  fetch(`${server.url}/api/admin/${path}`, {
    headers: { authorization: `Bearer ${testSecrets.adminToken}` },
  });

describe('a job', () => {
  it('is shown with its life, what it sent and what brought it', async () => {
    const body = {
      account: talk.account,
      name: 'Test',
      trigger: { type: 'message' },
      actions: [
        { type: 'send_message', text: 'One' },
        { type: 'send_message', text: 'Two' },
      ],
    };
    await server.admin('POST', 'automations', body);
    await talk.say('hi');
    const [job] = (await get(`jobs?conversation=${conversation()}`)).items;
    const [log] = (await get('webhook-logs')).items;
    expect(await server.admin('GET', `jobs/${job!.id}`)).toMatchObject({
      id: job!.id,
      status: 'completed',
      payload: null,
      timeline: [{ state: 'created' }, { state: 'completed' }],
      messages: [
        { job: job!.id, status: 'sent', text: 'One' },
        { job: job!.id, status: 'sent', text: 'Two' },
      ],
      delivery: { id: log!.id, receivedAt: log!['receivedAt'] },
      expiresAt: expect.any(String),
    });
    expect(await server.admin('GET', `webhook-logs/${log!.id}`)).toMatchObject({
      events: [
        { kind: 'message', person: talk.person, job: { id: job!.id, outcome: { result: 'answered' } } },
      ],
    });
    const { jobs } = (await server.admin('POST', `webhook-logs/${log!.id}/replay`)) as { jobs: string[] };
    await talk.until((all) => all.filter(({ id, status }) => id === jobs[0] && status === 'completed'));
    // Nothing was sent again: what is shown was sent by the first job.
    expect(await server.admin('GET', `jobs/${jobs[0]}`)).toMatchObject({ kind: 'replay', delivery: null });
  });

  it('finds its delivery, and is found by it, when the event has no id of its own', async () => {
    await talk.outcomeOf(reactionWebhook({ account: talk.account, person: talk.person, mid: 'reacted' }));
    const [job] = (await get(`jobs?account=${talk.account}&kind=reaction`)).items;
    const [log] = (await get('webhook-logs')).items;
    expect(await server.admin('GET', `jobs/${job!.id}`)).toMatchObject({ delivery: { id: log!.id } });
    expect(await server.admin('GET', `webhook-logs/${log!.id}`)).toMatchObject({
      events: [{ kind: 'reaction', job: { id: job!.id } }],
    });
    await server.collection('jobs').deleteOne({ _id: new Types.ObjectId(job!.id) });
    expect(await server.admin('GET', `webhook-logs/${log!.id}`)).toMatchObject({ events: [{ job: null }] });
  });
});

describe('the list of deliveries', () => {
  const ids = async (query: string) => (await get(`webhook-logs?${query}`)).items.map(({ id }) => id);

  it('is filtered by what is in them', async () => {
    await talk.say('hi');
    await talk.comment('link');
    const malformed = {
      object: 'instagram',
      entry: [{ id: talk.account, time: 1, messaging: ['strange'] }],
    };
    await server.post(malformed);
    const [rejected, comment, message] = await ids('limit=10');
    expect(await ids('kind=message')).toEqual([message]);
    expect(await ids(`account=${talk.account}`)).toEqual([comment, message]);
    expect(await ids(`conversation=${conversation()}&kind=comment`)).toEqual([comment]);
    expect(await ids(`conversation=${talk.account}:1`)).toEqual([]);
    expect(await ids('status=rejected')).toEqual([rejected]);
    expect(await ids('status=clean')).toEqual([comment, message]);
    expect(await ids('signedBy=0')).toHaveLength(3);
    expect(await ids('signedBy=1')).toEqual([]);
    const [{ rejected: reasons }] = (await get('webhook-logs?status=rejected')).items as never as [
      { rejected: { reason: string }[] },
    ];
    expect(await ids(`error=${encodeURIComponent(reasons[0]!.reason.slice(0, 8).toUpperCase())}`)).toEqual([
      rejected,
    ]);
    expect(await ids(`from=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect(await ids(`to=${new Date(Date.now() + 60_000).toISOString()}`)).toHaveLength(3);
  });

  it('looks at some thousands for a page, and goes on with the next', async () => {
    const at = (n: number) =>
      new Types.ObjectId(Types.ObjectId.generate(Math.floor(Date.now() / 1000) - 7000 + n));
    const stored = Array.from({ length: 5001 }, (_, n) => ({
      _id: at(n),
      receivedAt: new Date(),
      signedBy: n === 0 ? 1 : 0,
      events: [],
      rejected: [],
    }));
    await server.collection('webhook_logs').insertMany(stored);
    const first = await get('webhook-logs?signedBy=1');
    expect(first).toEqual({ items: [], nextCursor: expect.any(String) });
    const second = await get(`webhook-logs?signedBy=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ items: [{ id: stored[0]!._id.toHexString() }], nextCursor: null });
  });

  it.each([
    ['status=gone', 'status'],
    ['conversation=1', 'conversation'],
    ['account=1&conversation=2:3', 'account'],
    ['signedBy=first', 'signedBy'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
    ['kind[$ne]=x', 'kind[$ne]'],
    ['cursor=1', 'cursor'],
  ])('is refused by %s', async (query, field) => {
    const answer = await raw(`webhook-logs?${query}`);
    expect([answer.status, (await errorOf(answer)).details![0]!.path]).toEqual([422, field]);
  });
});

describe('a parameter that there is not', () => {
  it.each(['accounts', 'contacts', 'automations', 'automations/000000000000000000000000/figures', 'export'])(
    'is refused by %s',
    async (list) => {
      const answer = await raw(`${list}?acount=1`);
      expect([answer.status, (await errorOf(answer)).details]).toEqual([
        422,
        [{ path: 'acount', message: 'is not a known field' }],
      ]);
    },
  );
});

describe('the list of messages', () => {
  const at = Date.UTC(2026, 0, 1);

  async function store(count: number, fields: (n: number) => object) {
    const rows = Array.from({ length: count }, (_, n) => ({
      _id: `${talk.account}-${n}`,
      job: `job-${n}`,
      account: talk.account,
      person: talk.person,
      action: 0,
      type: 'send_message',
      automation: 'a',
      status: 'sent',
      run: 'r',
      possibleDuplicate: false,
      createdAt: new Date(at),
      updatedAt: new Date(at),
      ...fields(n),
    }));
    await server.messages.insertMany(rows as never);
  }
  const numbers = ({ items }: List) => items.map(({ id }) => Number(id.split('-')[1]));

  it.each(['account', 'conversation'])(
    'shows each once by %s, also those of one millisecond',
    async (filter) => {
      await store(7, (n) => ({ createdAt: new Date(at + (n < 2 ? n - 10 : 0)) }));
      const value = filter === 'account' ? talk.account : conversation();
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const page: List = await get(
          `messages?${filter}=${value}&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...numbers(page));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen.slice(-2)).toEqual([1, 0]);
      expect(new Set(seen)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
      expect(seen).toHaveLength(7);
    },
  );

  it.each([
    ['status=failed', [1]],
    ['kind=reply_to_comment', [2]],
    ['job=job-3', [3]],
    ['error=NOT_ALL', [1]],
    [`from=${new Date(at + 1).toISOString()}`, [4]],
    [`to=${new Date(at + 1).toISOString()}&status=sent`, [3, 2, 0]],
  ])('is filtered by %s', async (query, expected) => {
    await store(5, (n) => ({
      ...(n === 1 && { status: 'failed', error: 'graph_not_allowed' }),
      ...(n === 2 && { type: 'reply_to_comment' }),
      ...(n === 4 && { createdAt: new Date(at + 5) }),
    }));
    expect(numbers(await get(`messages?account=${talk.account}&${query}`)).toSorted()).toEqual(
      expected.toSorted(),
    );
  });

  it.each([
    ['status=gone', 'status'],
    ['cursor=yesterday', 'cursor'],
    ['person[$ne]=1', 'person[$ne]'],
    ['conversation=1', 'conversation'],
  ])('is refused by %s', async (query, field) => {
    const answer = await raw(`messages?${query}`);
    expect([answer.status, (await errorOf(answer)).details![0]!.path]).toEqual([422, field]);
  });
});

describe('the list of contacts', () => {
  const people = (list: List) => list.items.map(({ id }) => id.split(':')[1]);

  it('is read page by page, of one account too', async () => {
    for (const person of ['1', '2', '3']) {
      await new Conversation(server, talk.account, person).say('hi');
    }
    const first = await get(`contacts?account=${talk.account}&limit=2`);
    expect(people(first)).toEqual(['1', '2']);
    const rest = await get(`contacts?account=${talk.account}&cursor=${first.nextCursor}`);
    expect([people(rest), rest.nextCursor]).toEqual([['3'], null]);
    const all = await get(`contacts?cursor=${first.nextCursor}`);
    expect(people(all)[0]).toBe('3');
  });

  it('looks at a few thousand for one page of a tag, and goes on behind them', async () => {
    const seen = { account: talk.account, firstSeenAt: new Date() };
    const persons = Array.from({ length: 5100 }, (_, n) => String(100_000 + n));
    await server.contacts.insertMany(
      persons.map((person, n) => ({
        ...seen,
        _id: `${talk.account}:${person}`,
        person,
        tags: n === 5050 ? ['vip'] : [],
      })),
    );
    const first = await get(`contacts?account=${talk.account}&tag=vip`);
    expect(first).toEqual({ items: [], nextCursor: `${talk.account}:${persons[4999]}` });
    const next = await get(`contacts?account=${talk.account}&tag=vip&cursor=${first.nextCursor}`);
    expect([next.items.map(({ id }) => id), next.nextCursor]).toEqual([[`${talk.account}:105050`], null]);
  });

  it.each(['yesterday', '1', '17841400000000001:', 'a:1', ':1'])(
    'is refused with the cursor %s',
    async (cursor) => {
      const answer = await raw(`contacts?cursor=${cursor}`);
      expect([answer.status, (await errorOf(answer)).details]).toEqual([
        422,
        [{ path: 'cursor', message: 'must be the nextCursor of the page before' }],
      ]);
    },
  );

  it("is refused with a cursor of another account's list", async () => {
    const answer = await raw(`contacts?account=${talk.account}&cursor=17841400000000001:1`);
    expect([answer.status, (await errorOf(answer)).details![0]!.path]).toEqual([422, 'cursor']);
  });
});
