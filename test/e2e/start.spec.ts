import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BuiltProcess, startServerProcess, type ServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);

describe('npm start with nothing set', () => {
  let dir: string;
  let server: ServerProcess;

  beforeAll(async () => {
    dir = await makeTempDir();
    server = await startServerProcess({ DATA_DIR: dir });
  });

  afterAll(async () => {
    await server?.process.kill('SIGKILL');
    await removeTempDir(dir);
  });

  /** Does what the welcome says, and waits for the reply. */
  async function followWelcome(): Promise<string> {
    const [curl] = await server.process.line(/curl -i .*$/);
    const { stdout } = await run('bash', ['-c', curl.replace('curl -i', 'curl -sS -i')]);
    await server.process.line(/SANDBOX {2}message to person \d+: Hi .*49 EUR/);
    return stdout;
  }

  it('is a sandbox that says so, and whose curl line makes a reply appear', async () => {
    expect(await followWelcome()).toMatch(/^HTTP\/1.1 200[\s\S]*EVENT_RECEIVED$/);
    expect(server.process.output).toContain('SANDBOX');
    expect(server.process.output).toContain(`${server.url}/api/webhooks/queue-stats`);
  });

  it('tells an operator what runs: database, queue and workers, without any secret', async () => {
    const { process } = server;
    await process.line(/database connected/);
    await process.line(/queue enabled, 180 workers started/);
    await process.line(/"META_APP_SECRET":"not set"/);
    const secrets = await readFile(`${dir}/generated-secrets.json`, 'utf8');
    const { adminToken, ...others } = JSON.parse(secrets) as Record<string, string>;
    for (const secret of Object.values(others)) expect(process.output).not.toContain(secret);
    // The welcome tells it, since nobody else could; the log does not.
    expect(process.lines.filter((line) => line.includes(adminToken!))).toEqual([
      expect.stringMatching(/^ +and sign in with the token {2}/),
    ]);
  });

  it('says which address is taken when another can not listen', async () => {
    const dataDir = await makeTempDir();
    const second = BuiltProcess.start('dist/main.js', [], {
      DATA_DIR: dataDir,
      PORT: new URL(server.url).port,
    });
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('EADDRINUSE');
    await removeTempDir(dataDir);
  });

  it('ends by itself at a signal, nothing being left open, and keeps its demo account and secrets over a restart', async () => {
    expect(await server.process.kill('SIGTERM')).toBe(0);
    expect(server.process.output).toContain('SIGTERM received');
    expect(server.process.output).not.toContain('still open');
    server = await startServerProcess({ DATA_DIR: dir });
    await followWelcome();
  });
});

describe('npm start', () => {
  let dir: string;
  let process: BuiltProcess;

  beforeEach(async () => {
    dir = await makeTempDir();
  });

  afterEach(async () => {
    await process.kill('SIGKILL');
    await removeTempDir(dir);
  });

  it('that is told to end while it starts ends, and welcomes nobody', async () => {
    process = BuiltProcess.start('dist/main.js', [], { DATA_DIR: dir, PORT: '0' });
    await process.line(/embedded store ready/);
    expect(await process.kill('SIGTERM')).toBe(0);
    expect(process.output).toContain('SIGTERM received');
    expect(process.output).not.toMatch(/listening on|sign in with the token/);
  });

  it('in production with nothing set names every missing variable in one error and ends with code 1', async () => {
    process = BuiltProcess.start('dist/main.js', [], { NODE_ENV: 'production', DATA_DIR: dir });
    expect(await process.exit()).toBe(1);
    for (const variable of ['META_APP_SECRET', 'META_VERIFY_TOKEN', 'ADMIN_TOKEN', 'ENCRYPTION_KEY']) {
      expect(process.output).toContain(`${variable} is not set`);
    }
    expect(process.output).not.toContain('    at ');
  });
});
