import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BuiltProcess, startServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

const run = promisify(execFile);

describe('npm start', () => {
  let dir: string;
  const started: BuiltProcess[] = [];

  beforeEach(async () => {
    dir = await makeTempDir();
  });

  afterEach(async () => {
    for (const process of started.splice(0)) await process.kill('SIGKILL');
    await removeTempDir(dir);
  });

  async function startSandbox() {
    const server = await startServerProcess({ DATA_DIR: dir });
    started.push(server.process);
    return server;
  }

  it('with nothing set is a sandbox that says so, and whose curl line makes a reply appear', async () => {
    const { process, url } = await startSandbox();
    const [curl] = await process.line(/curl -i .*$/);
    expect(process.output).toContain('SANDBOX');
    expect(process.output).toContain(`${url}/api/webhooks/queue-stats`);
    const { stdout } = await run('bash', ['-c', curl.replace('curl -i', 'curl -sS -i')]);
    expect(stdout).toMatch(/^HTTP\/1.1 200[\s\S]*EVENT_RECEIVED$/);
    await process.line(/SANDBOX {2}message to person \d+: Hi .*49 EUR/);
  });

  it('tells an operator what runs: database, queue and workers, without any secret', async () => {
    const { process } = await startSandbox();
    await process.line(/database connected/);
    await process.line(/queue enabled, 180 workers started/);
    await process.line(/"META_APP_SECRET":"not set"/);
    const secrets = await import('node:fs/promises').then((fs) =>
      fs.readFile(`${dir}/generated-secrets.json`, 'utf8'),
    );
    const { adminToken, ...others } = JSON.parse(secrets) as Record<string, string>;
    for (const secret of Object.values(others)) expect(process.output).not.toContain(secret);
    // The welcome tells it, since nobody else could; the log does not.
    expect(process.lines.filter((line) => line.includes(adminToken!))).toEqual([
      expect.stringMatching(/^ +and sign in with the token {2}/),
    ]);
  });

  it('keeps its demo account and secrets over a restart', async () => {
    const first = await startSandbox();
    expect(await first.process.kill('SIGTERM')).toBe(0);
    const { process } = await startSandbox();
    const [curl] = await process.line(/curl -i .*$/);
    await run('bash', ['-c', curl.replace('curl -i', 'curl -sS -i')]);
    await process.line(/SANDBOX {2}message to person/);
  });

  it('that is told to end while it starts ends, and welcomes nobody', async () => {
    const process = BuiltProcess.start('dist/main.js', [], { DATA_DIR: dir, PORT: '0' });
    started.push(process);
    await process.line(/embedded store ready/);
    expect(await process.kill('SIGTERM')).toBe(0);
    expect(process.output).toContain('SIGTERM received');
    expect(process.output).not.toMatch(/listening on|sign in with the token/);
  });

  it('in production with nothing set names every missing variable in one error and ends with code 1', async () => {
    const process = BuiltProcess.start('dist/main.js', [], { NODE_ENV: 'production', DATA_DIR: dir });
    started.push(process);
    expect(await process.exit()).toBe(1);
    for (const variable of ['META_APP_SECRET', 'META_VERIFY_TOKEN', 'ADMIN_TOKEN', 'ENCRYPTION_KEY']) {
      expect(process.output).toContain(`${variable} is not set`);
    }
    expect(process.output).not.toContain('    at ');
  });

  it('says which address is taken when it can not listen', async () => {
    const first = await startSandbox();
    const second = BuiltProcess.start('dist/main.js', [], { DATA_DIR: dir, PORT: new URL(first.url).port });
    started.push(second);
    expect(await second.exit()).toBe(1);
    expect(second.output).toContain('EADDRINUSE');
  });

  it('ends by itself at a signal: nothing is left open', async () => {
    const { process } = await startSandbox();
    expect(await process.kill('SIGTERM')).toBe(0);
    expect(process.output).toContain('SIGTERM received');
    expect(process.output).not.toContain('still open');
  });
});
