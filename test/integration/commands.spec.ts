import { readFile, stat, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { DeadLettersService } from '../../src/queue/dead-letters/dead-letters.service.js';
import { startServer } from '../../src/server.js';
import { CommandRunner } from '../support/command-runner.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { freshDatabaseUri, testConfig, testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const GIVES_NO_ANSWER = { type: 'delay', delayMs: 600_000 } as const;
const FAILS = { type: 'error', status: 400, code: 2, isTransient: true } as const;
/** A poll that goes on when its test has failed would keep the whole run from ending. */
const GIVE_UP_MS = 15_000;

/** The one that webhooks of `send-webhook` are for. */
const account = '17841400000000001';

type Answer = Record<string, unknown>;

const instagram = new SandboxServer();
let dir: string;
let server: TestServer;
let env: Record<string, string>;
let commands: CommandRunner;
let lastPerson = 2_978_000_000_000_000;

beforeAll(async () => {
  dir = await makeTempDir();
  const { url } = await instagram.listen();
  const database = { MONGODB_URI: freshDatabaseUri(), INSTAGRAM_GRAPH_URL: url };
  const config = testConfig({
    ...database,
    QUEUE_BACKOFF_MS: '1',
    INSTAGRAM_TIMEOUT_MS: '120000',
    INSTAGRAM_CONVERSATIONS_PER_SECOND: '100',
  });
  server = TestServer.of(await startServer(config, false), instagram);
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
  await server.admin('POST', 'automations', {
    account,
    name: 'Price',
    trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
    actions: [{ type: 'send_message', text: '49 EUR' }],
  });
  env = {
    ...database,
    DATA_DIR: dir,
    META_APP_SECRET: testSecrets.appSecret,
    META_VERIFY_TOKEN: testSecrets.verifyToken,
    ADMIN_TOKEN: testSecrets.adminToken,
    ENCRYPTION_KEY: testSecrets.encryptionKey,
  };
  commands = new CommandRunner(env);
});

afterAll(async () => {
  await server?.close();
  await removeTempDir(dir);
});

const run = (...args: string[]) => commands.run(...args);
const json = (...args: string[]) => commands.json(...args);
const send = (...args: string[]) => json('send-webhook', '--url', server.url, ...args);
const newPerson = () => String((lastPerson += 1));
const sentTo = (person: string) =>
  instagram.state.journal.page(0, 10_000).filter((entry) => entry.person === person);

async function until<T>(read: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + GIVE_UP_MS; Date.now() < deadline;) {
    const found = await read();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('what is waited for does not come');
}

/** Resolves with the newest job of a person once it is as wanted. */
const job = (person: string, status: string): Promise<Answer> =>
  until(async () => {
    const path = `jobs?conversation=${account}:${person}&limit=1`;
    const { items } = (await server.admin('GET', path)) as { items: Answer[] };
    return items[0]?.['status'] === status && items[0];
  });

/** The newest entries that commands have left in the audit log. */
const audited = async (limit: number) =>
  ((await server.admin('GET', `audit-log?method=COMMAND&limit=${limit}`)) as { items: Answer[] }).items;

describe('send-webhook', () => {
  it.each([
    ['story_reply', ['--story-id', '18000000000000001']],
    ['story_mention', []],
    ['quick_reply', ['--payload', 'ORDER']],
    ['postback', ['--payload', 'ORDER']],
    ['reaction', ['--emoji', '🔥']],
    ['referral', ['--ref', 'sale']],
    ['comment', ['--text', 'link please']],
    ['message', ['--attachment', 'file']],
  ])('sends a webhook of the kind %s, and the server takes it for one', async (kind, options) => {
    const person = newPerson();
    expect((await send('--kind', kind, '--person', person, ...options)).code).toBe(0);
    expect(await job(person, 'completed')).toMatchObject({ kind });
  });

  it('sends a load of webhooks, and says how it was taken', async () => {
    const { code, answer } = await send(
      '--count',
      '20',
      '--rate',
      '500',
      '--people',
      '10',
      '--text',
      'hello',
    );
    expect(code).toBe(0);
    expect(answer).toMatchObject({ sent: 20, accepted: 20, statuses: { 200: 20 } });
  });
});

describe('check-queue-status', () => {
  it('prints a table for people', async () => {
    const { code, output } = await run('check-queue-status');
    expect(code).toBe(0);
    expect(output).toContain('completed in the last minute');
    expect(output).toContain('The queue is healthy.');
  });
});

describe('watch-queue', () => {
  it('goes line by line where there is no terminal', async () => {
    const { code, output } = await run('watch-queue', '--count', '2', '--interval', '0.05');
    expect(code).toBe(0);
    expect(output.split('\n')).toHaveLength(2);
    expect(output).toMatch(/pending 0 .*completed/);
  });

  it('is there for programs, with the workers of the server that it is told of', async () => {
    // The server writes its figures down once a second.
    const answer = await until(async () => {
      const told = (await json('watch-queue', '--count', '1', '--url', server.url)).answer;
      const { topLimitKeys } = told['breakdown'] as { topLimitKeys: unknown[] };
      return topLimitKeys.length > 0 && told;
    });
    expect(answer).toMatchObject({
      pending: 0,
      paused: false,
      rates: { in: expect.any(Number), out: expect.any(Number) },
      workers: { busy: 0, total: 180 },
      breakdown: { topLimitKeys: [{ key: account }] },
    });
    const { in: stored } = answer['minutes'] as { in: number[] };
    expect(stored).toHaveLength(60);
    expect(stored.at(-1)! + stored.at(-2)!).toBeGreaterThan(0);
  });
});

describe('reset-stuck-jobs', () => {
  it('puts a job back whose handler hangs, and what that one has sent is not sent again', async () => {
    const person = newPerson();
    instagram.faults.add({ match: { call: 'send', person }, times: 1, effect: GIVES_NO_ANSWER });
    await send('--text', 'what is the price?', '--person', person);
    await job(person, 'processing');
    await until(() => sentTo(person).length > 0);
    expect((await json('reset-stuck-jobs')).answer).toEqual({ reset: 0 });
    expect((await json('reset-stuck-jobs', '--older-than', '0')).answer).toEqual({ reset: 1 });
    expect(await audited(2)).toMatchObject([
      { route: 'reset-stuck-jobs', fields: ['--older-than', '--json'] },
      { route: 'reset-stuck-jobs', fields: ['--json'] },
    ]);
    await job(person, 'completed');
    expect(sentTo(person)).toHaveLength(1);
  });
});

describe('redrive-dead-letters', () => {
  it('finds dead letters, and redrives those that are asked for', async () => {
    const [first, second] = [newPerson(), newPerson()];
    instagram.faults.add({ match: { call: 'send' }, times: null, effect: FAILS });
    for (const person of [first, second]) {
      await send('--text', 'what is the price?', '--person', person);
      await job(person, 'dead');
    }
    const tolerant = await json('check-queue-status', '--max-dead', '2');
    expect(tolerant).toMatchObject({ code: 0, answer: { status: 'healthy', dead: 2 } });
    const strict = await run('check-queue-status', '--max-dead', '1', '--quiet');
    expect(strict).toEqual({ code: 1, output: 'The queue is unhealthy.\n  2 jobs are dead; 1 are allowed.' });
    const { answer } = await json('watch-queue', '--count', '1');
    expect(answer['errors']).toMatchObject([{ code: 'graph_transient', kind: 'message', dead: 2 }]);

    instagram.faults.clear();
    const conversation = `${account}:${first}`;
    const counted = await json('redrive-dead-letters', '--dry-run', '--error', 'graph_transient');
    expect(counted.answer).toEqual({ dryRun: true, matched: 2, redriven: 0 });
    const one = await json('redrive-dead-letters', '--conversation', conversation, '--rate', '100');
    expect(one).toEqual({ code: 0, answer: { dryRun: false, matched: 1, redriven: 1 } });
    await job(first, 'completed');
    expect((await json('redrive-dead-letters', '--kind', 'message')).answer).toMatchObject({ redriven: 1 });
    await job(second, 'completed');
    expect(sentTo(first)).toHaveLength(1);
    const [, entry, before] = await audited(3);
    expect(entry).toMatchObject({
      caller: { role: 'admin', token: userInfo().username, via: 'command_line' },
      address: hostname(),
      method: 'COMMAND',
      route: 'redrive-dead-letters',
      target: null,
      fields: ['--conversation', '--rate', '--json'],
      status: 200,
      code: null,
    });
    // Only counting changes nothing.
    expect(before).not.toMatchObject({ route: 'redrive-dead-letters' });
  });
});

describe('replay-webhooks', () => {
  it('says what a new automation would have answered to stored webhooks, and has it answer them', async () => {
    const person = newPerson();
    const from = new Date().toISOString();
    await send('--text', 'do you ship to Norway?', '--person', person);
    expect((await job(person, 'completed'))['outcome']).toMatchObject({ result: 'no_match' });
    const { id } = (await server.admin('POST', 'automations', {
      account,
      name: 'Shipping',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['ship'] } },
      actions: [{ type: 'send_message', text: 'Everywhere.' }],
    })) as { id: string };

    const dry = await json('replay-webhooks', '--dry-run', '--from', from, '--kind', 'message');
    expect(dry.answer).toEqual({ dryRun: true, deliveries: 1, events: 1, outcomes: { answered: 1 } });
    const { output } = await run('replay-webhooks', '--dry-run', '--from', from);
    expect(output).toContain(`message of ${person} to ${account}: answered by ${id}`);
    expect(output).not.toContain('Everywhere');
    expect(sentTo(person)).toEqual([]);

    const real = await json('replay-webhooks', '--from', from, '--account', account);
    expect(real).toEqual({ code: 0, answer: { dryRun: false, deliveries: 1, events: 1 } });
    await until(() => sentTo(person).length > 0);
    expect(sentTo(person)).toMatchObject([{ content: { text: 'Everywhere.' } }]);
    expect(await audited(1)).toMatchObject([
      { route: 'replay-webhooks', fields: ['--from', '--account', '--json'] },
    ]);
  });

  it('replays nothing unless it is told what', async () => {
    expect((await run('replay-webhooks')).code).toBe(2);
    const gone = await run('replay-webhooks', '0123456789abcdef01234567');
    expect(gone.code).toBe(1);
    expect(gone.output).toContain('1 delivery is not there');
    expect(
      (await json('replay-webhooks', '--from', '2020-01-01', '--to', '2020-01-02')).answer,
    ).toMatchObject({
      events: 0,
    });
  });
});

describe('export and import', () => {
  it('exports to a file that only its owner can read, and imports it without a change', async () => {
    const file = join(dir, 'export.json');
    const { code, answer } = await json('export', file);
    expect(code).toBe(0);
    expect((await stat(file)).mode & 0o077).toBe(0);
    const document = JSON.parse(await readFile(file, 'utf8')) as {
      automations: object[];
      contacts: object[];
    };
    expect(answer).toEqual({ file, entries: document.automations.length + document.contacts.length });
    expect(document.automations.length).toBeGreaterThan(0);
    expect(document.contacts.length).toBeGreaterThan(0);

    const again = await json('import', file);
    expect(again.code).toBe(0);
    expect(again.answer).toMatchObject({
      dryRun: false,
      automations: { created: 0, updated: 0, unchanged: document.automations.length, failed: 0 },
      contacts: { created: 0, failed: 0 },
    });
    expect(await audited(1)).toMatchObject([{ route: 'import', target: file, status: 200 }]);
    const printed = await run('export', '--include', 'automations');
    expect(JSON.parse(printed.output)).toMatchObject({ automations: document.automations });
  });

  it('says which entries of an import are wrong, and what is no export at all', async () => {
    const file = join(dir, 'wrong.json');
    await writeFile(file, JSON.stringify({ format: 'chatautodm', version: 1, automations: [{ name: 'x' }] }));
    const wrong = await run('import', file, '--dry-run');
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('error automations.0.account:');
    expect(wrong.output).toContain('Nothing was written.');
    await writeFile(file, '{"format": "other"}');
    const other = await run('import', file);
    expect(other.code).toBe(2);
    expect(other.output).toContain('format must be chatautodm');
    expect(await audited(1)).toMatchObject([{ route: 'import', target: join(dir, 'export.json') }]);
  });
});

describe('doctor', () => {
  it('finds what is wrong with an installation, and says what to do', async () => {
    instagram.faults.add({
      match: { call: 'me' },
      times: null,
      effect: { type: 'error', status: 400, code: 190 },
    });
    await server.admin('POST', 'queue/pause');
    const doctor = new CommandRunner({ ...env, META_VERIFY_TOKEN: 'changeme', PORT: '9' });
    const { code, answer } = await doctor.json('doctor');
    instagram.faults.clear();
    await server.admin('POST', 'queue/resume');
    expect(code).toBe(1);
    const findings = answer['findings'] as {
      check: string;
      status: string;
      message: string;
      advice?: string;
    }[];
    const bad = findings.filter(({ status }) => status !== 'ok');
    // Those of the tests are all easy to guess.
    const secrets = bad.filter(({ check }) => check === 'secrets').map(({ message }) => message);
    expect(secrets).toContainEqual(expect.stringContaining('META_VERIFY_TOKEN'));
    expect(new Set(bad.map(({ check, status: how }) => `${how} ${check}`))).toEqual(
      new Set(['fail secrets', 'warn server', 'fail account @shop', 'warn queue']),
    );
    for (const { advice } of bad) expect(advice).toMatch(/\w/);
    expect(JSON.stringify(answer)).not.toContain('changeme');
  });
});

describe('a command', () => {
  it('that breaks off is in the audit log as failed', async () => {
    const broken = jest
      .spyOn(DeadLettersService.prototype, 'redrive')
      .mockRejectedValue(new Error('no luck'));
    const { code, output } = await run('redrive-dead-letters', '--error', 'what a person wrote');
    broken.mockRestore();
    expect({ code, output }).toEqual({ code: 2, output: 'no luck' });
    const [entry] = await audited(1);
    expect(entry).toMatchObject({ fields: ['--error'], status: 500, code: 'command_failed' });
    expect(JSON.stringify(entry)).not.toContain('what a person wrote');
  });

  it.each([
    ['a wrong value', ['reset-stuck-jobs', '--older-than', 'soon'], 'must be a number of minutes'],
    ['a time that is none', ['redrive-dead-letters', '--from', 'yesterday'], 'must be a time like'],
    ['an unknown kind', ['send-webhook', '--kind', 'telegram'], 'Allowed choices are'],
    ['an unknown part', ['export', '--include', 'tokens'], 'must be some of automations,contacts'],
    ['an unknown command', ['watch'], 'unknown command'],
  ])('refuses %s with exit code 2, and says what would be right', async (_, args, message) => {
    const { code, output } = await run(...args);
    expect(code).toBe(2);
    expect(output).toContain(message);
  });
});
