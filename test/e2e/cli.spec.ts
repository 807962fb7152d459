import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltProcess, startServerProcess, type ServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';

describe('the command line', () => {
  let dir: string;
  let server: ServerProcess;

  beforeAll(async () => {
    dir = await makeTempDir();
    server = await startServerProcess({ DATA_DIR: dir });
  });

  afterAll(async () => {
    await server.process.kill('SIGTERM');
    await removeTempDir(dir);
  });

  async function run(...args: string[]) {
    const command = BuiltProcess.start('dist/cli.js', args, { DATA_DIR: dir });
    return { code: await command.exit(), output: command.output };
  }

  it('sends a signed webhook to the running server, and sees it in the queue', async () => {
    const sent = await run('send-webhook', '--url', server.url, '--text', 'what does it cost?', '--json');
    expect(sent).toMatchObject({ code: 0 });
    expect(JSON.parse(sent.output)).toEqual({ statusCode: 200, answer: 'EVENT_RECEIVED' });
    await server.process.line(/SANDBOX {2}message to person \d+: Hi/);

    const checked = await run('check-queue-status', '--json');
    expect(checked.code).toBe(0);
    const status = JSON.parse(checked.output) as Record<string, unknown>;
    expect(status).toMatchObject({ status: 'healthy', pending: 0, dead: 0 });
    expect(Number(status['completed']) + Number(status['processing'])).toBeGreaterThanOrEqual(1);
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

  it('resets stuck jobs and prints how many', async () => {
    expect(await run('reset-stuck-jobs', '--json')).toEqual({ code: 0, output: '{"reset":0}' });
  });

  it('redrives dead letters, or only counts them, and refuses a time that is none', async () => {
    const none = { matched: 0, redriven: 0 };
    const counted = await run('redrive-dead-letters', '--dry-run', '--kind', 'message', '--json');
    expect(JSON.parse(counted.output)).toEqual({ dryRun: true, ...none });
    const redriven = await run('redrive-dead-letters', '--error', 'graph_down', '--rate', '5', '--json');
    expect(JSON.parse(redriven.output)).toEqual({ dryRun: false, ...none });
    expect((await run('redrive-dead-letters', '--from', 'yesterday')).code).not.toBe(0);
  });

  it('works without a running server', async () => {
    const alone = await makeTempDir();
    const command = BuiltProcess.start('dist/cli.js', ['check-queue-status', '--json'], { DATA_DIR: alone });
    expect(await command.exit()).toBe(0);
    expect(JSON.parse(command.output)).toMatchObject({ pending: 0, completed: 0 });
    await removeTempDir(alone);
  });

  it.each(['check-queue-status', 'watch-queue', 'reset-stuck-jobs', 'redrive-dead-letters', 'send-webhook'])(
    'explains %s',
    async (name) => {
      const { code, output } = await run(name, '--help');
      expect(code).toBe(0);
      expect(output).toContain(`Usage: chatautodm ${name}`);
      expect(output).toContain('--json');
    },
  );

  it('refuses wrong options and says what would be right', async () => {
    const wrong = await run('reset-stuck-jobs', '--older-than', 'soon');
    expect(wrong.code).not.toBe(0);
    expect(wrong.output).toContain('must be a number of minutes');
  });
});
