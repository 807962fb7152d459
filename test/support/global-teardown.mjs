import { once } from 'node:events';
import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { store, dataDir } = globalThis.embeddedStore ?? {};
  if (!store) return;
  const ended = store.exitCode === null ? once(store, 'exit') : undefined;
  store.kill('SIGTERM');
  await ended;
  await rm(dataDir, { recursive: true, force: true });
}
