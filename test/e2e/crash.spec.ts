import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { testSecrets } from '../support/test-config.js';
import { adminCall, postWebhook } from '../support/webhook-client.js';

const ACCOUNT = '17841400000000042';
const EVENTS = 400;

describe('a server that is killed while jobs are in flight', () => {
  let dir: string;
  let sandbox: SandboxServer;
  let server: ServerProcess | undefined;
  let env: Record<string, string>;

  beforeEach(async () => {
    dir = await makeTempDir();
    // Slow enough that there are always jobs in flight.
    sandbox = new SandboxServer({ latencyMs: 40 });
    const { url } = await sandbox.listen();
    env = {
      DATA_DIR: dir,
      META_APP_SECRET: testSecrets.appSecret,
      META_VERIFY_TOKEN: testSecrets.verifyToken,
      ADMIN_TOKEN: testSecrets.adminToken,
      ENCRYPTION_KEY: testSecrets.encryptionKey,
      INSTAGRAM_GRAPH_URL: url,
      QUEUE_LEASE_MS: '1000',
      QUEUE_WORKERS: '20',
    };
  });

  afterEach(async () => {
    await server?.process.kill('SIGKILL');
    await sandbox.close();
    await removeTempDir(dir);
  });

  it('answers every accepted event after it is started again', async () => {
    server = await startServerProcess(env);
    await makeAutomation(server.url);
    const accepted = await postUntilKilled(server);
    expect(accepted.size).toBeGreaterThan(20);

    server = await startServerProcess(env);
    await idle(server.url);
    const answers = countAnswers(sandbox);
    const missing = [...accepted].filter((n) => !answers.has(n));
    expect(missing).toEqual([]);
    // Only what was under way at the kill may have been sent a second time.
    const twice = [...answers.values()].filter((count) => count > 1);
    expect(twice.length).toBeLessThanOrEqual(20);
    expect(Math.max(...answers.values())).toBeLessThanOrEqual(2);
    expect(await server.process.kill('SIGTERM')).toBe(0);
  });
});

async function makeAutomation(url: string): Promise<void> {
  const call = (path: string, body: object) => adminCall(url, testSecrets.adminToken, 'POST', path, body);
  await call('accounts', { instagramId: ACCOUNT, username: 'shop', accessToken: 'IGAA-token' });
  await call('automations', {
    account: ACCOUNT,
    name: 'Echo',
    enabled: true,
    priority: 0,
    trigger: { type: 'message', match: { mode: 'any' } },
    actions: [{ type: 'send_message', text: 'Re: {{event.text}}' }],
  });
}

/** Posts events ten at a time, and kills the server once a good part is accepted. Returns the numbers accepted. */
async function postUntilKilled(server: ServerProcess): Promise<Set<number>> {
  const accepted = new Set<number>();
  let next = 0;
  const sender = async () => {
    while (next < EVENTS) {
      const n = next++;
      const person = String(2_978_000_000_000_000 + (n % 150));
      const body = messageWebhook({ account: ACCOUNT, person, mid: `mid-${n}`, text: `#${n}` });
      const response = await postWebhook(server.url, body, testSecrets.appSecret).catch(() => undefined);
      if (response?.status === 200) accepted.add(n);
      if (accepted.size === EVENTS / 2) server.process.child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 10 }, sender));
  expect(await server.process.exit()).toBe('SIGKILL');
  return accepted;
}

async function idle(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/webhooks/queue-stats`);
    const { pending = 0, processing = 0, retrying = 0 } = (await response.json()) as Record<string, number>;
    if (pending + processing + retrying === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function countAnswers(sandbox: SandboxServer): Map<number, number> {
  const answers = new Map<number, number>();
  for (const { content } of sandbox.state.journal.page(0, 10_000)) {
    const n = Number(/#(\d+)$/.exec((content as { text: string }).text)?.[1]);
    answers.set(n, (answers.get(n) ?? 0) + 1);
  }
  return answers;
}
