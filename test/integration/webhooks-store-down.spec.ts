import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { errorOf } from '../support/http-error.js';
import { BuiltProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

const message = (mid: string) =>
  messageWebhook({ account: '17841400000000001', person: '2978000000000001', mid, text: 'a private text' });

describe('a delivery while the store is down', () => {
  let dataDir: string;
  let database: BuiltProcess;
  let server: TestServer;

  async function startStore(): Promise<string> {
    database = BuiltProcess.start('dist/database/embedded/main.js', ['--data', dataDir], {});
    return (await database.line(/^mongodb:\/\/\S+$/))[0];
  }

  beforeEach(async () => {
    dataDir = await makeTempDir();
    server = await TestServer.start({ MONGODB_URI: await startStore() });
  });

  afterEach(async () => {
    await server.close();
    await database.kill('SIGKILL');
    await removeTempDir(dataDir);
  });

  it('is refused, to be sent again, and accepted once the store is back; nothing acknowledged is lost', async () => {
    const store = new WebhookStore(server.server);
    expect((await server.post(message('before'))).status).toBe(200);
    await store.finished(1);
    await database.kill('SIGKILL');

    const [refused, admin, ready, live] = await Promise.all([
      server.post(message('during')),
      fetch(`${server.url}/api/admin/jobs`, {
        headers: { authorization: `Bearer ${testSecrets.adminToken}` },
      }),
      fetch(`${server.url}/health/ready`),
      fetch(`${server.url}/health/live`),
    ]);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const error = await errorOf(refused);
    expect(error).toMatchObject({ code: 'not_stored' });
    expect(admin.status).toBe(503);
    expect(Number(admin.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await errorOf(admin)).toMatchObject({ code: 'store_unavailable' });
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'error', details: { queue: { status: 'down' } } });
    expect(live.status).toBe(200);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/^chatautodm_store_up 0$/m);
    expect(metrics).toMatch(/^chatautodm_webhook_deliveries_total\{result="not_stored"\} 1$/m);
    // What is not known is not said to be 0.
    expect(metrics).not.toMatch(/^chatautodm_queue_(jobs|paused|oldest_due_age_seconds)[ {]/m);

    await startStore();
    expect((await server.post(message('during'))).status).toBe(200);
    expect((await server.post(message('before'))).status).toBe(200);
    const jobs = await store.finished(2);
    expect(jobs.map(({ dedupKey, status }) => ({ mid: dedupKey!.split(':').at(-1), status }))).toEqual([
      { mid: 'before', status: 'completed' },
      { mid: 'during', status: 'completed' },
    ]);
  });
});
