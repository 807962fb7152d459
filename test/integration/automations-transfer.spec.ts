import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AutomationsService } from '../../src/automation/automations.service.js';
import { ExportService } from '../../src/automation/transfer/export.service.js';
import type { ImportReport } from '../../src/automation/transfer/transfer-document.js';
import { echoWebhook } from '../../src/instagram/webhook-samples.js';
import { Conversation } from '../support/conversation.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

let server: TestServer;
let accounts = 0;
let account: string;
let other: string;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

const connect = (instagramId: string) =>
  server.admin('POST', 'accounts', { instagramId, username: 'shop', accessToken: 'IGAAtopsecret' });

beforeEach(async () => {
  accounts += 2;
  account = `1784170000000${String(accounts).padStart(4, '0')}`;
  other = `1784170000000${String(accounts + 1).padStart(4, '0')}`;
  await connect(account);
  await connect(other);
});

type Entry = Record<string, unknown>;
interface Exported {
  format: string;
  version: number;
  automations: Entry[];
  contacts: Entry[];
}

const exported = async (query = `?account=${account}`) =>
  (await server.admin('GET', `export${query}`)) as Exported;
const imported = async (document: object, query = '') =>
  (await server.admin('POST', `import${query}`, document)) as ImportReport;
const automate = async (settings: object = {}) =>
  (await server.admin('POST', 'automations', {
    account,
    name: 'Price',
    trigger: { type: 'message', match: { mode: 'word', keywords: ['price'] } },
    actions: [{ type: 'send_message', text: 'It is 49 EUR.' }],
    ...settings,
  })) as { id: string };
const stored = async (id: string) => (await server.admin('GET', `automations/${id}`)) as Entry;
const addContact = (fields: object, of = account) =>
  server.contacts.insertOne({
    _id: `${of}:2978`,
    account: of,
    person: '2978',
    firstSeenAt: new Date('2026-01-01'),
    ...fields,
  });
const none = { created: 0, updated: 0, unchanged: 0, failed: 0 };

describe('an export', () => {
  it('has automations and contacts, and never a token or a secret', async () => {
    const url = 'https://hooks.example.org/';
    const { id } = await automate({ actions: [{ type: 'call_webhook', url, secret: 'signs-the-body' }] });
    await addContact({ tags: ['vip'], attributes: { email: 'a@example.org' } });
    const document = await exported();
    expect(document).toMatchObject({
      format: 'chatautodm',
      version: 1,
      accounts: [{ instagramId: account, username: 'shop' }],
      automations: [
        { id, account, name: 'Price', actions: [{ type: 'call_webhook', url }], secretsLeftOut: [0] },
      ],
      contacts: [{ account, person: '2978', tags: ['vip'], attributes: { email: 'a@example.org' } }],
    });
    expect(JSON.stringify(document)).not.toMatch(/topsecret|signs-the-body|ciphertext/);
  });

  it('has what was asked for, of all accounts or of one', async () => {
    await automate();
    await automate({ account: other });
    const all = await exported('?include=automations');
    expect(all).not.toHaveProperty('contacts');
    const owners = all.automations.map((each) => each['account']);
    expect(owners).toEqual(expect.arrayContaining([account, other]));
    expect((await exported()).automations).toHaveLength(1);
    expect(await exported(`?account=${account}&include=contacts`)).toMatchObject({ contacts: [] });
    await expect(exported('?include=tokens')).rejects.toThrow('422');
  });

  it('is written in pieces, and tells how many there will be', async () => {
    const people = Array.from({ length: 1100 }, (_, n) => ({
      _id: `${account}:${5000 + n}` as never,
      account,
      person: String(5000 + n),
      firstSeenAt: new Date(),
    }));
    await server.contacts.insertMany(people);
    const exports = server.get(ExportService);
    const options = { account, include: ['automations', 'contacts'] as const };
    let items = 0;
    const pieces: string[] = [];
    for await (const piece of exports.write(options, () => (items += 1))) pieces.push(piece);
    expect(items).toBe(await exports.size(options));
    expect(pieces.length).toBeGreaterThan(3);
    expect((JSON.parse(pieces.join('')) as Exported).contacts).toHaveLength(1100);
  });
});

describe('an import', () => {
  it('brings back what was deleted, under its id, and changes nothing the second time', async () => {
    const { id } = await automate({ priority: 3, cooldownMs: 5000 });
    const second = await automate({ name: 'Second', enabled: false });
    await addContact({ tags: ['vip'], username: 'ada', optedOutAt: new Date('2026-02-01') });
    const before = await stored(id);
    const document = await exported();
    await server.admin('DELETE', `automations/${id}`);
    await server.admin('DELETE', `contacts/${account}:2978`);
    expect(await imported(document)).toEqual({
      dryRun: false,
      automations: { ...none, created: 1, unchanged: 1 },
      contacts: { ...none, created: 1 },
      items: [
        { path: 'automations.0', id, name: 'Price', result: 'created' },
        { path: 'automations.1', id: second.id, name: 'Second', result: 'unchanged' },
      ],
      errors: [],
      moreErrors: 0,
      warnings: [],
    });
    expect(await stored(id)).toEqual({
      ...before,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const again = await imported(document);
    expect([again.automations, again.contacts]).toEqual([
      { ...none, unchanged: 2 },
      { ...none, unchanged: 1 },
    ]);
    expect({ ...(await exported()), exportedAt: null }).toEqual({ ...document, exportedAt: null });
  });

  it('tells what it would do without doing it', async () => {
    const { id } = await automate();
    const document = await exported();
    document.automations[0]!['name'] = 'Renamed';
    document.automations.push({ ...document.automations[0]!, id: '0'.repeat(24), name: 'New' });
    document.contacts.push({ account, person: '2978' });
    const report = await imported(document, '?dryRun=true');
    expect(report).toMatchObject({
      dryRun: true,
      automations: { ...none, created: 1, updated: 1 },
      contacts: { ...none, created: 1 },
    });
    expect(await stored(id)).toMatchObject({ name: 'Price' });
    await expect(stored('0'.repeat(24))).rejects.toThrow('404');
    expect(await server.contacts.countDocuments({ account })).toBe(0);
  });

  it('takes nothing in when a parameter is misspelt', async () => {
    const document = { format: 'chatautodm', version: 1, contacts: [{ account, person: '2978' }] };
    await expect(imported(document, '?dryrun=true')).rejects.toThrow(/: 422 .*"path":"dryrun"/);
    expect(await server.contacts.countDocuments({ account })).toBe(0);
  });

  it('names what is wrong with each entry, and takes the others', async () => {
    const { id } = await automate();
    const elsewhere = await automate({ account: other });
    const document = await exported();
    const good = document.automations[0]!;
    document.automations = [
      { ...good, actions: [{ type: 'send_message', text: '{{contact.token}}' }], colour: 'red' },
      { ...good, account: '999' },
      { ...good, id: elsewhere.id },
      'nonsense' as never,
      { ...good, name: 'Taken' },
    ];
    document.contacts = [
      { account, person: '1', tags: [''] },
      { account: '999', person: '1' },
    ];
    const report = await imported(document);
    expect(report.errors.map(({ path }) => path)).toEqual([
      'automations.0.actions.0.text',
      'automations.0.colour',
      'automations.1.account',
      'automations.2.id',
      'automations.3',
      'contacts.0.tags.0',
      'contacts.1.account',
    ]);
    expect(report).toMatchObject({
      automations: { ...none, updated: 1, failed: 4 },
      contacts: { ...none, failed: 2 },
    });
    expect(await stored(id)).toMatchObject({ name: 'Taken' });
  });

  it('puts automations into another account, once', async () => {
    const first = await automate({ name: 'First' });
    await automate({ name: 'Second' });
    const document = await exported();
    const report = await imported(document, `?account=${other}`);
    expect(report.automations).toEqual({ ...none, created: 2 });
    expect(report.items[0]!.id).not.toBe(first.id);
    expect((await imported(document, `?account=${other}`)).automations).toEqual({ ...none, unchanged: 2 });
    const there = (await server.admin('GET', `automations?account=${other}`)) as { items: Entry[] };
    expect(there.items.map((each) => each['name'])).toEqual(['First', 'Second']);
    expect(await stored(first.id)).toMatchObject({ account });
  });

  it('knows automations without an id by their names', async () => {
    const { id } = await automate();
    const { id: _id, createdAt: _c, updatedAt: _u, ...settings } = await stored(id);
    const automations = [
      { ...settings, priority: 7 },
      { ...settings, name: 'New' },
    ];
    const document = { format: 'chatautodm', version: 1, automations };
    expect((await imported(document)).automations).toEqual({ ...none, created: 1, updated: 1 });
    expect(await stored(id)).toMatchObject({ priority: 7 });
    expect((await imported(document)).automations).toEqual({ ...none, unchanged: 2 });
  });

  it('keeps a secret that is here, and says which ones are missing', async () => {
    const action = { type: 'call_webhook', url: 'https://hooks.example.org/', secret: 'signs-the-body' };
    const { id } = await automate({ actions: [action] });
    const document = await exported();
    expect(await imported(document)).toMatchObject({ automations: { ...none, unchanged: 1 }, warnings: [] });
    const { actions } = await server.get(AutomationsService).get(id);
    expect(actions).toEqual([action]);
    await server.admin('DELETE', `automations/${id}`);
    expect((await imported(document)).warnings.map(({ path }) => path)).toEqual([
      'automations.0.actions.0.secret',
    ]);
  });

  it('adds to contacts and takes nothing away from them', async () => {
    const lastInboundAt = new Date('2026-03-01');
    await addContact({ tags: ['vip'], attributes: { size: 'L', city: 'Rome' }, lastInboundAt, name: 'Ada' });
    const contact = {
      account,
      person: '2978',
      name: 'Somebody',
      tags: ['new', 'vip'],
      attributes: { size: 'M' },
      lastInboundAt: '2026-01-01T00:00:00Z',
      optedOutAt: '2026-04-01T00:00:00Z',
    };
    const document = { format: 'chatautodm', version: 1, contacts: [contact] };
    expect((await imported(document)).contacts).toEqual({ ...none, updated: 1 });
    expect(await server.contacts.findOne({ _id: `${account}:2978` })).toMatchObject({
      name: 'Ada',
      tags: ['vip', 'new'],
      attributes: { size: 'M', city: 'Rome' },
      lastInboundAt,
      optedOutAt: new Date('2026-04-01'),
    });
    expect((await imported(document)).contacts).toEqual({ ...none, unchanged: 1 });
  });

  it('tells people who are known from those to whom the account alone wrote', async () => {
    await automate({ trigger: { type: 'message' }, conditions: [{ type: 'first_contact' }] });
    const [known, stranger] = ['2978000000000001', '2978000000000002'];
    await new Conversation(server, account, known).comment('hi');
    await server.post(echoWebhook({ account, person: stranger, text: 'Hello' }));
    while ((await server.contacts.countDocuments({ account })) < 2) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const document = await exported();
    for (const person of [known, stranger]) await server.admin('DELETE', `contacts/${account}:${person}`);
    expect((await imported(document)).contacts).toEqual({ ...none, created: 2 });
    expect((await imported(document)).contacts).toEqual({ ...none, unchanged: 2 });
    expect(await new Conversation(server, account, known).say('hi')).toEqual({ result: 'no_match' });
    expect(await new Conversation(server, account, stranger).say('hi')).toMatchObject({ result: 'answered' });
  });

  it('does not bring back an opt-out that the person has ended since', async () => {
    await addContact({ optedInAt: new Date('2026-04-02') });
    const contact = (optedOutAt: string) => ({
      format: 'chatautodm',
      version: 1,
      contacts: [{ account, person: '2978', optedOutAt }],
    });
    expect((await imported(contact('2026-04-01T00:00:00Z'))).contacts).toEqual({ ...none, unchanged: 1 });
    expect((await imported(contact('2026-04-03T00:00:00Z'))).contacts).toEqual({ ...none, updated: 1 });
  });

  it.each([
    ['no export', {}, ['format', 'version']],
    ['another version', { format: 'chatautodm', version: 2 }, ['version']],
    ['more than it knows', { format: 'chatautodm', version: 1, tokens: [] }, ['tokens']],
  ])('refuses a document that is %s', async (_what, document, paths) => {
    const response = await fetch(`${server.url}/api/admin/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testSecrets.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(document),
    });
    const body = (await response.json()) as { details: { path: string }[] };
    expect([response.status, body.details.map(({ path }) => path)]).toEqual([422, paths]);
  });

  it('takes documents that other admin routes would find too large', async () => {
    const contacts = Array.from({ length: 3000 }, (_, n) => ({
      account,
      person: String(n + 1),
      attributes: { note: 'x'.repeat(500) },
    }));
    const report = await imported({ format: 'chatautodm', version: 1, contacts });
    expect(report.contacts).toEqual({ ...none, created: 3000 });
  });
});
