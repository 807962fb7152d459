import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const entry = 'dist/instagram/sandbox/main.js';

describe('the sandbox as a process of its own', () => {
  let child: ChildProcess | undefined;

  function start(...args: string[]): ChildProcess {
    child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    return child;
  }

  afterEach(async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });

  it('prints its URL first, answers there, and ends on SIGTERM', async () => {
    const sandbox = start('--port', '0', '--refuse-unknown');
    const [url] = (await once(createInterface({ input: sandbox.stdout! }), 'line')) as [string];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await fetch(`${url}/v25.0/1784/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer token' },
      body: JSON.stringify({ recipient: { id: '1' }, message: { text: 'hi' } }),
    });
    expect(answer.headers.get('x-sandbox')).toBe('1');
    expect(await answer.json()).toMatchObject({ error: { code: 100, error_subcode: 2534014 } });
    const exited = once(sandbox, 'exit');
    sandbox.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it.each(['--port=x', '--port=99999', '--latency-ms=-1', '--unheard-of'])(
    'refuses %s and names it',
    async (argument) => {
      const sandbox = start(argument);
      const [[line], [code]] = await Promise.all([
        once(createInterface({ input: sandbox.stderr! }), 'line'),
        once(sandbox, 'exit'),
      ]);
      expect(line).toContain(argument.split('=')[0]);
      expect(code).toBe(2);
    },
  );
});
