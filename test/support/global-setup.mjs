import { spawn } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Gives all tests one server, in a database of its own for each: `MONGODB_URI` where it is set, or else the built
 * embedded store as a process of its own (a worker thread can't load TypeScript).
 */
export default async function globalSetup() {
  await mkdir('.test-results', { recursive: true });
  if (process.env['MONGODB_URI']) {
    process.env['TEST_MONGODB_URI'] = process.env['MONGODB_URI'];
    return;
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'chatautodm-test-'));
  const store = spawn(process.execPath, ['dist/database/embedded/main.js', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  globalThis.embeddedStore = { store, dataDir };
  process.env['TEST_MONGODB_URI'] = await firstLine(store);
}

function firstLine(store) {
  return new Promise((resolve, reject) => {
    createInterface({ input: store.stdout }).once('line', resolve);
    store.once('exit', (code) =>
      reject(new Error(`the embedded store ended with code ${code}: run "npm run build" first`)),
    );
  });
}
