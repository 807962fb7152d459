import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

it('a command says nothing when whoever reads its output has seen enough', async () => {
  const child = spawn(process.execPath, ['dist/cli.js', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [complaints, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(complaints).toBe('');
  // 1 would say that it looked, and that something is bad.
  expect([0, 2]).toContain(exitCode);
});
