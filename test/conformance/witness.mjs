/* oxlint-disable no-console -- a report for a person */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';

/*
 * Runs the conformance suite against SecantusDB (PyPI), an independent server of MongoDB's protocol on WiredTiger, in a
 * virtual environment of its own in a temporary folder: `npm run test:witness`. What fails there and not here is judged
 * by MongoDB's documentation; the store's README lists the differences found.
 */

const venv = process.env.WITNESS_VENV ?? join(tmpdir(), 'conformance-witness');
const server = join(venv, 'bin', 'secantusd-py');

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

if (!existsSync(server)) {
  run('python3', ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'pip'), ['install', '--quiet', 'SecantusDB']);
}
const data = mkdtempSync(join(tmpdir(), 'witness-data-'));
const port = await freePort();
const child = spawn(
  server,
  ['--port', String(port), '--storage-path', data, '--host', '127.0.0.1', '--standalone'],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
try {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 20_000 });
  await client.close();
  const { status } = spawnSync('npx', ['jest', 'test/conformance', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      MONGODB_URI: uri,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    },
  });
  process.exitCode = status ?? 1;
} finally {
  // It panics when its files go before it has ended.
  const gone = once(child, 'exit');
  if (child.kill('SIGTERM')) await gone;
  rmSync(data, { recursive: true, force: true });
}
