import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { DEMO_ACCOUNT } from '../../src/sandbox/demo-identity.js';
import { BuiltProcess, startServerProcess, type ServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { adminCall } from '../support/webhook-client.js';

const COMMANDS = [
  'check-queue-status',
  'watch-queue',
  'reset-stuck-jobs',
  'redrive-dead-letters',
  'replay-webhooks',
  'send-webhook',
  'export',
  'import',
  'doctor',
];
/** Tests of this file start several processes each. */
jest.setTimeout(60_000);

const ADMIN_TOKEN = 'an-admin-token-of-more-than-32-characters';
const GIVES_NO_ANSWER = { type: 'delay', delayMs: 600_000 } as const;
const FAILS = { type: 'error', status: 400, code: 2, isTransient: true } as const;

type Answer = Record<string, unknown>;

/** The built commands beside a running server, whose Instagram is a stand-in of the test's. */
describe('the command line', () => {
  const instagram = new SandboxServer();
  let dir: string;
  let env: Record<string, string>;
  let server: ServerProcess;
  let lastPerson = 2_978_000_000_000_000;

  beforeAll(async () => {
    dir = await makeTempDir();
    const { url } = await instagram.listen();
    env = {
      DATA_DIR: join(dir, 'data'),
      INSTAGRAM_GRAPH_URL: url,
      ADMIN_TOKEN,
      QUEUE_BACKOFF_MS: '1',
      QUEUE_POLL_MS: '20',
      QUEUE_LEASE_MS: '6000',
      INSTAGRAM_TIMEOUT_MS: '120000',
    };
    server = await startServerProcess(env);
  });

  afterAll(async () => {
    await server.process.kill('SIGTERM');
    await instagram.close();
    await removeTempDir(dir);
  });

  async function run(...args: string[]) {
    const command = BuiltProcess.start('dist/cli.js', args, env);
    return { code: await command.exit(), output: command.output };
  }

  /** What a command prints for programs: its last line. */
  async function json(...args: string[]): Promise<{ code: number | string; answer: Answer }> {
    const { code, output } = await run(...args, '--json');
    return { code, answer: JSON.parse(output.split('\n').at(-1)!) as Answer };
  }

  const send = (...args: string[]) => json('send-webhook', '--url', server.url, ...args);

  const admin = (method: string, path: string, body?: object) =>
    adminCall(server.url, ADMIN_TOKEN, method, path, body);

  const newPerson = () => String((lastPerson += 1));

  const sentTo = (person: string) =>
    instagram.state.journal.page(0, 10_000).filter((entry) => entry.person === person);

  /** Resolves with the newest job of a person once it is as wanted. */
  async function job(person: string, status: string): Promise<Answer> {
    const conversation = `${DEMO_ACCOUNT.instagramId}:${person}`;
    for (;;) {
      const { items } = (await admin('GET', `jobs?conversation=${conversation}&limit=1`)) as {
        items: Answer[];
      };
      if (items[0]?.['status'] === status) return items[0];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('sends a signed webhook to the running server, and sees it in the queue', async () => {
    const person = newPerson();
    expect(await send('--text', 'what does it cost?', '--person', person)).toEqual({
      code: 0,
      answer: { statusCode: 200, answer: 'EVENT_RECEIVED' },
    });
    await job(person, 'completed');
    expect(sentTo(person)).toHaveLength(1);
    const { code, answer } = await json('check-queue-status');
    expect(code).toBe(0);
    expect(answer).toMatchObject({ status: 'healthy', problems: [], paused: false, pending: 0, dead: 0 });
    expect(answer['completed']).toBeGreaterThanOrEqual(1);
  });

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

  it('tells a refused webhook and a server that is not there from one that went well', async () => {
    const wrong = await send('--secret', 'another-secret');
    expect(wrong).toMatchObject({ code: 1, answer: { statusCode: 401 } });
    const nobody = await run('send-webhook', '--url', 'http://127.0.0.1:9', '--secret', 'any-secret');
    expect(nobody.code).toBe(2);
    expect(nobody.output).toContain('No server answers at http://127.0.0.1:9');
  });

  it('prints a table for people', async () => {
    const { code, output } = await run('check-queue-status');
    expect(code).toBe(0);
    expect(output).toContain('completed in the last minute');
    expect(output).toContain('The queue is healthy.');
  });

  it('watches the queue line by line where there is no terminal', async () => {
    const { code, output } = await run('watch-queue', '--count', '2', '--interval', '0.05');
    expect(code).toBe(0);
    expect(output.split('\n')).toHaveLength(2);
    expect(output).toMatch(/pending 0 .*completed/);
  });

  it('watches the queue for programs, with the workers of the server that it is told of', async () => {
    const { answer } = await json('watch-queue', '--count', '1', '--url', server.url);
    expect(answer).toMatchObject({
      pending: 0,
      paused: false,
      rates: { in: expect.any(Number), out: expect.any(Number) },
      workers: { busy: 0, total: 180 },
      breakdown: { topLimitKeys: [{ key: DEMO_ACCOUNT.instagramId }] },
    });
    const { in: stored } = answer['minutes'] as { in: number[] };
    expect(stored).toHaveLength(60);
    expect(stored.at(-1)! + stored.at(-2)!).toBeGreaterThan(0);
  });

  it('puts a job back whose handler hangs, and what that one has sent is not sent again', async () => {
    const person = newPerson();
    instagram.faults.add({ match: { call: 'send', person }, times: 1, effect: GIVES_NO_ANSWER });
    await send('--text', 'what is the price?', '--person', person);
    await job(person, 'processing');
    while (sentTo(person).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await json('reset-stuck-jobs')).answer).toEqual({ reset: 0 });
    expect((await json('reset-stuck-jobs', '--older-than', '0')).answer).toEqual({ reset: 1 });
    await job(person, 'completed');
    expect(sentTo(person)).toHaveLength(1);
  });

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
    const conversation = `${DEMO_ACCOUNT.instagramId}:${first}`;
    const counted = await json('redrive-dead-letters', '--dry-run', '--error', 'graph_transient');
    expect(counted.answer).toEqual({ dryRun: true, matched: 2, redriven: 0 });
    const one = await json('redrive-dead-letters', '--conversation', conversation, '--rate', '100');
    expect(one).toEqual({ code: 0, answer: { dryRun: false, matched: 1, redriven: 1 } });
    await job(first, 'completed');
    expect((await json('redrive-dead-letters', '--kind', 'message')).answer).toMatchObject({ redriven: 1 });
    await job(second, 'completed');
    expect(sentTo(first)).toHaveLength(1);
  });

  it('says what a new automation would have answered to stored webhooks, and has it answer them', async () => {
    const person = newPerson();
    const from = new Date().toISOString();
    await send('--text', 'do you ship to Norway?', '--person', person);
    expect((await job(person, 'completed'))['outcome']).toMatchObject({ result: 'no_match' });
    const { id } = (await admin('POST', 'automations', {
      account: DEMO_ACCOUNT.instagramId,
      name: 'Shipping',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['ship'] } },
      actions: [{ type: 'send_message', text: 'Everywhere.' }],
    })) as { id: string };

    const dry = await json('replay-webhooks', '--dry-run', '--from', from, '--kind', 'message');
    expect(dry.answer).toEqual({ dryRun: true, deliveries: 1, events: 1, outcomes: { answered: 1 } });
    const { output } = await run('replay-webhooks', '--dry-run', '--from', from);
    expect(output).toContain(`message of ${person} to ${DEMO_ACCOUNT.instagramId}: answered by ${id}`);
    expect(output).not.toContain('Everywhere');
    expect(sentTo(person)).toEqual([]);

    const real = await json('replay-webhooks', '--from', from, '--account', DEMO_ACCOUNT.instagramId);
    expect(real).toEqual({ code: 0, answer: { dryRun: false, deliveries: 1, events: 1 } });
    while (sentTo(person).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sentTo(person)).toMatchObject([{ content: { text: 'Everywhere.' } }]);
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
    expect(document.automations.length).toBeGreaterThan(4);

    const again = await json('import', file);
    expect(again.code).toBe(0);
    expect(again.answer).toMatchObject({
      dryRun: false,
      automations: { created: 0, updated: 0, unchanged: document.automations.length, failed: 0 },
      contacts: { created: 0, failed: 0 },
    });
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
  });

  it('finds nothing wrong with an installation that works', async () => {
    const { code, answer } = await json('doctor', '--url', server.url);
    const findings = answer['findings'] as {
      check: string;
      status: string;
      message: string;
      advice?: string;
    }[];
    const account = findings.find(({ check }) => check === `account @${DEMO_ACCOUNT.username}`);
    // The stand-in knows the account, which has subscribed to nothing yet.
    expect(account).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('no webhooks for messages'),
    });
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([account]);
    expect(new Set(findings.map(({ check }) => check))).toEqual(
      new Set([
        'configuration',
        'secrets',
        'data directory',
        'disk space',
        'server',
        'Graph API',
        'database',
        'clock',
        'indexes',
        account!.check,
        'webhooks',
        'queue',
        'dead letters',
      ]),
    );
    expect({ code, status: answer['status'] }).toEqual({ code: 0, status: 'warn' });
  });

  it('finds what is wrong with an installation, and says what to do', async () => {
    instagram.faults.add({
      match: { call: 'me' },
      times: null,
      effect: { type: 'error', status: 400, code: 190 },
    });
    await admin('POST', 'queue/pause');
    const command = BuiltProcess.start('dist/cli.js', ['doctor', '--json'], {
      ...env,
      META_VERIFY_TOKEN: 'changeme',
      PORT: '9',
    });
    expect(await command.exit()).toBe(1);
    instagram.faults.clear();
    await admin('POST', 'queue/resume');
    const { findings } = JSON.parse(command.output) as {
      findings: { check: string; status: string; advice?: string }[];
    };
    const bad = findings.filter(({ status }) => status !== 'ok');
    expect(bad.map(({ check, status }) => `${status} ${check}`)).toEqual([
      'fail secrets',
      'warn server',
      `fail account @${DEMO_ACCOUNT.username}`,
      'warn queue',
    ]);
    for (const { advice } of bad) expect(advice).toMatch(/\w/);
    expect(command.output).not.toContain('changeme');
  });

  it('names every variable that is wrong, and no value', async () => {
    const command = BuiltProcess.start('dist/cli.js', ['doctor'], {
      ...env,
      PORT: 'high',
      ENCRYPTION_KEY: 'short',
    });
    expect(await command.exit()).toBe(1);
    expect(command.output).toMatch(/fail {2}configuration +PORT must be a whole number/);
    expect(command.output).toMatch(/fail {2}configuration +ENCRYPTION_KEY must be 64 hexadecimal/);
    expect(command.output).not.toContain('short');
  });

  it('works without a running server', async () => {
    const alone = await makeTempDir();
    const command = BuiltProcess.start('dist/cli.js', ['check-queue-status', '--json'], { DATA_DIR: alone });
    expect(await command.exit()).toBe(0);
    expect(JSON.parse(command.output)).toMatchObject({ pending: 0, completed: 0 });
    await removeTempDir(alone);
  });

  it.each(COMMANDS)('explains %s', async (name) => {
    const { code, output } = await run(name, '--help');
    expect(code).toBe(0);
    expect(output).toContain(`Usage: chatautodm ${name}`);
    expect(output).toContain('--json');
  });

  it('has an npm script and a line of the README for each command', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const readme = (await readFile('README.md', 'utf8')).split('\n');
    for (const name of COMMANDS) {
      expect(scripts[name]).toContain(`dist/cli.js ${name}`);
      expect(readme.filter((line) => line.startsWith(`| \`npm run ${name}\``))).toHaveLength(1);
    }
    const { output } = await run('--help');
    expect([...output.matchAll(/^ {2}([a-z-]+) \[/gm)].map(([, name]) => name)).toEqual([
      ...COMMANDS,
      'help',
    ]);
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
