import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
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

const ADMIN_TOKEN = 'k7Qd-2mX9vRt4Lw8Zb1Nc6Hy3Jf5Gp0s';

interface Page {
  items: object[];
}

interface Doctor {
  status: string;
  findings: { check: string; status: string; message: string }[];
}

/**
 * The built commands as processes, beside a running server whose embedded store they share. What each of them does is tested
 * in `integration/commands.spec.ts`, without a process for each.
 */
describe('the command line', () => {
  const instagram = new SandboxServer();
  let dir: string;
  let env: Record<string, string>;
  let server: ServerProcess;

  beforeAll(async () => {
    dir = await makeTempDir();
    const { url } = await instagram.listen();
    env = { DATA_DIR: join(dir, 'data'), INSTAGRAM_GRAPH_URL: url, ADMIN_TOKEN };
    server = await startServerProcess(env);
  });

  afterAll(async () => {
    await server.process.kill('SIGTERM');
    await instagram.close();
    await removeTempDir(dir);
  });

  async function run(args: string[], more: Record<string, string> = {}) {
    const command = BuiltProcess.start('dist/cli.js', args, { ...env, ...more });
    return { code: await command.exit(), output: command.output };
  }

  it('sends a signed webhook to the running server, and sees it in the queue', async () => {
    const sent = await run(['send-webhook', '--url', server.url, '--json']);
    expect({ ...sent, output: JSON.parse(sent.output) as object }).toEqual({
      code: 0,
      output: { statusCode: 200, answer: 'EVENT_RECEIVED' },
    });
    const { code, output } = await run(['check-queue-status', '--json']);
    expect(code).toBe(0);
    const { pending, retrying, processing, completed, ...rest } = JSON.parse(output) as Record<
      string,
      number
    >;
    expect(pending! + retrying! + processing! + completed!).toBe(1);
    expect(rest).toMatchObject({ status: 'healthy', problems: [], paused: false, dead: 0 });
  });

  it('tells a refused webhook and a server that is not there from one that went well', async () => {
    const [wrong, nobody] = await Promise.all([
      run(['send-webhook', '--url', server.url, '--secret', 'another-secret', '--json']),
      run(['send-webhook', '--url', 'http://127.0.0.1:9', '--secret', 'any-secret']),
    ]);
    expect({ ...wrong, output: JSON.parse(wrong.output) as object }).toMatchObject({
      code: 1,
      output: { statusCode: 401 },
    });
    expect(nobody.code).toBe(2);
    expect(nobody.output).toContain('No server answers at http://127.0.0.1:9');
  });

  it('finds nothing wrong with an installation that works', async () => {
    const { code, output } = await run(['doctor', '--url', server.url, '--json']);
    const { status, findings } = JSON.parse(output) as Doctor;
    const account = findings.find(({ check }) => check === `account @${DEMO_ACCOUNT.username}`);
    // The stand-in knows the account, which has subscribed to nothing yet.
    expect(account).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('no webhooks for messages'),
    });
    expect(findings.filter((finding) => finding.status !== 'ok')).toEqual([account]);
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
    expect({ code, status }).toEqual({ code: 0, status: 'warn' });
  });

  it('names every variable that is wrong, and no value', async () => {
    const { code, output } = await run(['doctor'], { PORT: 'high', ENCRYPTION_KEY: 'short' });
    expect(code).toBe(1);
    expect(output).toMatch(/fail {2}configuration +PORT must be a whole number/);
    expect(output).toMatch(/fail {2}configuration +ENCRYPTION_KEY must be 64 hexadecimal/);
    expect(output).not.toContain('short');
  });

  it('ends at Ctrl+C in the middle of an import, and the audit log has it', async () => {
    const admin = (path: string) => adminCall(server.url, ADMIN_TOKEN, 'GET', path) as Promise<Page>;
    const file = join(dir, 'many.json');
    const contacts = Array.from({ length: 50_000 }, (_, n) => ({
      account: DEMO_ACCOUNT.instagramId,
      person: String(700_000 + n),
    }));
    await writeFile(file, JSON.stringify({ format: 'chatautodm', version: 1, automations: [], contacts }));
    const command = BuiltProcess.start('dist/cli.js', ['import', file], env);
    while ((await admin(`contacts?account=${DEMO_ACCOUNT.instagramId}&limit=5`)).items.length < 5) {
      if (command.ended) throw new Error(`ended before it was told to: ${command.output}`);
    }
    expect(await command.kill('SIGINT')).toBe(130);
    const { items } = await admin('audit-log?method=COMMAND&limit=1');
    expect(items).toMatchObject([
      { route: 'import', target: file, status: 500, code: 'command_interrupted' },
    ]);
  });

  it('works without a running server', async () => {
    const { code, output } = await run(['check-queue-status', '--json'], { DATA_DIR: join(dir, 'alone') });
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ pending: 0, completed: 0 });
  });

  it('explains each command', async () => {
    for (const name of COMMANDS) {
      const { code, output } = await run([name, '--help']);
      expect(code).toBe(0);
      expect(output).toContain(`Usage: chatautodm ${name}`);
      expect(output).toContain('--json');
    }
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
    const { output } = await run(['--help']);
    expect([...output.matchAll(/^ {2}([a-z-]+) \[/gm)].map(([, name]) => name)).toEqual([
      ...COMMANDS,
      'help',
    ]);
  });
});
