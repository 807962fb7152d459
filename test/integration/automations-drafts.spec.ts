import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AutomationFigures } from '../../src/automation/figures/automation.figures.js';
import { DRAFT_ID } from '../../src/automation/replay/try.service.js';
import type { DryRun } from '../../src/automation/replay/dry-run.types.js';
import { TestServer } from '../support/test-server.js';

let server: TestServer;
let accounts = 0;
let account: string;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

beforeEach(async () => {
  accounts += 1;
  account = `1784180000000${String(accounts).padStart(4, '0')}`;
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
});

const price = (more: object = {}) => ({
  account,
  name: 'Price',
  trigger: { type: 'message', match: { mode: 'word', keywords: ['price'], exclude: [] } },
  actions: [{ type: 'send_message', text: 'Hi {{contact.name|there}}, 49 EUR.' }],
  ...more,
});
const create = async (more: object = {}) =>
  ((await server.admin('POST', 'automations', price(more))) as { id: string }).id;
interface Listed {
  items: { id: string; name: string; today?: object }[];
  nextCursor: string | null;
}
const list = async (query: string) =>
  (await server.admin('GET', `automations?account=${account}${query}`)) as Listed;
const names = async (query: string) => (await list(query)).items.map(({ name }) => name);

describe('the list of automations', () => {
  it('finds them by name or keyword, trigger, and whether they are on', async () => {
    await create();
    await create({ name: 'Link (50%)', enabled: false, trigger: { type: 'comment' } });
    await create({ name: 'Rest', trigger: { type: 'default' } });
    expect(await names('&q=PRIC')).toEqual(['Price']);
    expect(await names(`&q=${encodeURIComponent('(50%')}`)).toEqual(['Link (50%)']);
    expect(await names('&q=.*')).toEqual([]);
    expect(await names('&enabled=false')).toEqual(['Link (50%)']);
    expect(await names('&enabled=true&trigger=default')).toEqual(['Rest']);
    expect(await names('&q=')).toHaveLength(3);
  });

  it('has them in the order in which they are tried, page by page', async () => {
    for (const [name, priority] of [
      ['A', 0],
      ['B', 5],
      ['C', -5],
      ['D', 5],
      ['E', 0],
    ] as const) {
      await create({ name, priority });
    }
    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await list(`&sort=priority&limit=2${cursor && `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect(found).toEqual(['B', 'D', 'A', 'E', 'C']);
  });

  it('tells what each did today', async () => {
    const [busy, idle] = [await create(), await create()];
    const figures = server.get(AutomationFigures);
    figures.count({ account, automation: busy }, 'fired');
    figures.count({ account, automation: busy }, 'sent');
    figures.count({ account, automation: busy }, 'sent');
    await figures.flush();
    const { items } = await list('&figures=today');
    expect(items.map(({ id, today }) => [id, today])).toEqual([
      [busy, { fired: 1, sent: 2, failed: 0 }],
      [idle, { fired: 0, sent: 0, failed: 0 }],
    ]);
    expect((await list('')).items[0]).not.toHaveProperty('today');
  });

  it.each([
    'enabled=yes',
    'trigger=dance',
    'sort=name',
    'figures=all',
    `cursor=0_${'0'.repeat(24)}`,
    'q=a&q=b',
  ])('refuses %s', async (query) => {
    await expect(list(`&${query}`)).rejects.toThrow('422');
  });
});

describe('a duplicate', () => {
  it('is the same, switched off, under another name', async () => {
    const id = await create({ priority: 4 });
    const copy = (await server.admin('POST', `automations/${id}/duplicate`)) as { id: string };
    expect(copy.id).not.toBe(id);
    expect(copy).toMatchObject({ ...price(), name: 'Price (copy)', enabled: false, priority: 4 });
  });

  it('has a name that is not too long, and no half emoji at its end', async () => {
    const id = await create({ name: `${'x'.repeat(92)}${'😀'.repeat(4)}` });
    const copy = (await server.admin('POST', `automations/${id}/duplicate`)) as { name: string };
    expect(copy.name).toBe(`${'x'.repeat(92)} (copy)`);
    await expect(server.admin('POST', `automations/${'0'.repeat(24)}/duplicate`)).rejects.toThrow('404');
  });
});

describe('validation without saving', () => {
  it('names each wrong field, and saves nothing', async () => {
    const wrong = price({
      account: '999',
      schedule: { timezone: 'Mars/Olympus' },
      actions: [{ type: 'send_message', text: '' }],
    });
    expect(await server.admin('POST', 'automations/validate', wrong)).toEqual({
      valid: false,
      details: [
        { path: 'actions.0.text', message: 'must not be empty' },
        { path: 'schedule.timezone', message: expect.any(String) },
      ],
      automation: null,
    });
    expect(await names('')).toEqual([]);
  });

  it('looks up accounts and addresses too', async () => {
    const wrong = price({
      account: '999',
      actions: [{ type: 'call_webhook', url: 'http://169.254.169.254/' }],
    });
    expect(await server.admin('POST', 'automations/validate', wrong)).toMatchObject({
      valid: false,
      details: [{ path: 'account' }, { path: 'actions.0.url' }],
    });
  });

  it('shows what would be stored', async () => {
    expect(await server.admin('POST', 'automations/validate', price())).toEqual({
      valid: true,
      details: [],
      automation: {
        ...price(),
        enabled: true,
        priority: 0,
        continue: false,
        conditions: [],
        cooldownMs: 0,
      },
    });
  });
});

describe('trying a draft', () => {
  const attempt = async (text: string, automation: object = price(), id?: string) =>
    (await server.admin('POST', 'automations/try', { automation, text, ...(id && { id }) })) as DryRun;

  it('tells what would be sent, and sends nothing', async () => {
    const run = await attempt('What is the PRICE?', price({ enabled: false }));
    expect(run.outcome).toEqual({ result: 'answered', automation: DRAFT_ID });
    expect(run.steps.at(-1)).toMatchObject({
      step: 'action',
      automation: DRAFT_ID,
      result: 'would_run',
      text: 'Hi there, 49 EUR.',
    });
    expect((await attempt('hello')).outcome).toEqual({ result: 'no_match' });
    expect(server.sent).toEqual([]);
    expect(await server.contacts.countDocuments({ account })).toBe(0);
  });

  it('minds the other automations of the account, but not the one that it replaces', async () => {
    const id = await create({ priority: 1 });
    expect((await attempt('price')).outcome).toEqual({ result: 'answered', automation: id });
    const changed = price({ priority: 1, actions: [{ type: 'send_message', text: 'Changed' }] });
    const run = await attempt('price', changed, id);
    expect(run.outcome).toEqual({ result: 'answered', automation: id });
    expect(run.steps.filter(({ step }) => step === 'action').map(({ text }) => text)).toEqual(['Changed']);
  });

  it.each<[string, object, string]>([
    ['a comment', { type: 'comment', match: { mode: 'any' }, mediaIds: ['17'] }, 'nice'],
    ['a story reply', { type: 'story_reply', storyIds: ['18'] }, 'nice'],
    ['a mention', { type: 'story_mention' }, ''],
    ['a button', { type: 'postback', payloadPrefix: 'ORDER' }, 'ORDER_1'],
    ['a quick reply', { type: 'quick_reply', payload: 'ORDER' }, 'ORDER'],
    ['a link', { type: 'referral', ref: 'summer' }, 'summer'],
    ['a reaction', { type: 'reaction', emoji: '❤️' }, '❤'],
    ['anything else', { type: 'default' }, 'hm'],
  ])('works for %s', async (_what, trigger, text) => {
    const run = await attempt(text, price({ trigger, actions: [{ type: 'send_message', text: 'Yes' }] }));
    expect(run.outcome.result).toBe('answered');
  });

  it('refuses a draft that is not valid, with the path of each field', async () => {
    await expect(attempt('x', price({ name: '' }))).rejects.toThrow(/422.*"automation.name"/);
    await expect(attempt('x', price({ account: '999' }))).rejects.toThrow(/422.*"automation.account"/);
  });
});
