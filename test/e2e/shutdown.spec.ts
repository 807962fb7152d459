import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { BuiltProcess, startServerProcess, type ServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { testSecrets } from '../support/test-config.js';
import { adminCall, postWebhook } from '../support/webhook-client.js';

const ACCOUNT = '17841400000000001';

/** `fetch` may take a connection that it has kept, just when the server cuts it. */
async function statusOnNewConnection(url: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('a server that is told to end while a handler runs', () => {
  let dir: string;
  let sandbox: SandboxServer;
  let server: ServerProcess;

  beforeEach(async () => {
    dir = await makeTempDir();
    sandbox = new SandboxServer({ latencyMs: 60_000 });
    const { url } = await sandbox.listen();
    server = await startServerProcess({
      DATA_DIR: dir,
      META_APP_SECRET: testSecrets.appSecret,
      ADMIN_TOKEN: testSecrets.adminToken,
      INSTAGRAM_GRAPH_URL: url,
      INSTAGRAM_TIMEOUT_MS: '120000',
      SHUTDOWN_TIMEOUT_MS: '3000',
    });
    const admin = (path: string, body: object) =>
      adminCall(server.url, testSecrets.adminToken, 'POST', path, body);
    await admin('accounts', { instagramId: ACCOUNT, username: 'shop', accessToken: 'IGAA-token' });
    await admin('automations', {
      account: ACCOUNT,
      name: 'Answer',
      trigger: { type: 'message', match: { mode: 'any' } },
      actions: [{ type: 'send_message', text: 'Hello' }],
    });
    const body = messageWebhook({ account: ACCOUNT, person: '2978000000000001', mid: 'mid-1', text: 'hi' });
    await postWebhook(server.url, body, testSecrets.appSecret);
    for (;;) {
      const stats = await fetch(`${server.url}/api/webhooks/queue-stats`);
      if (((await stats.json()) as { workers: { busy: number } }).workers.busy > 0) break;
    }
  }, 60_000);

  afterEach(async () => {
    await server.process.kill('SIGKILL');
    await sandbox.close();
    await removeTempDir(dir);
  });

  it('is not ready and says why, then gives the job back unspent and ends by itself', async () => {
    server.process.child.kill('SIGTERM');
    await server.process.line(/SIGTERM received/);
    const ready = await fetch(`${server.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(ready.headers.get('connection')).toBe('close');
    expect(JSON.stringify(await ready.json())).toContain('shutting down');
    expect(await statusOnNewConnection(`${server.url}/health/live`)).toBe(200);
    expect(await server.process.exit()).toBe(0);
    expect(server.process.output).not.toContain('still open');

    const status = BuiltProcess.start('dist/cli.js', ['check-queue-status', '--json'], { DATA_DIR: dir });
    await status.exit();
    expect(JSON.parse(status.lines.at(-1)!)).toMatchObject({
      pending: 1,
      retrying: 0,
      processing: 0,
      dead: 0,
    });
  }, 60_000);

  it('ends at once with code 1 at a second signal', async () => {
    server.process.child.kill('SIGTERM');
    await server.process.line(/SIGTERM received/);
    server.process.child.kill('SIGTERM');
    expect(await server.process.exit()).toBe(1);
    expect(server.process.output).not.toContain('queue stopped');
  }, 60_000);
});
