import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { within } from '../../src/monitoring/within.js';
import { EventStream } from '../support/event-stream.js';
import { errorOf } from '../support/http-error.js';
import { BuiltProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

/** As long as Prometheus waits, unless it is told otherwise. Commands to a store that hangs take three times that. */
const MOST_WAIT_MS = 10_000;

const message = (mid: string) =>
  messageWebhook({ account: '17841400000000001', person: '2978000000000001', mid, text: 'a private text' });

describe('while the store is down', () => {
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

  it('a delivery is refused, to be sent again, and accepted once the store is back; nothing acknowledged is lost', async () => {
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

  it('a store that hangs is told by probes, figures and live events before anybody who asks gives up', async () => {
    const authorization = `Bearer ${testSecrets.adminToken}`;
    const live = await EventStream.open(`${server.url}/api/admin/events`, { authorization });
    expect(await live.next()).toMatchObject({ type: 'figures' });
    database.child.kill('SIGSTOP');
    const ask = (path: string) =>
      fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(MOST_WAIT_MS) });
    const telling = live.until(({ type }) => type === 'unavailable');
    try {
      await within(MOST_WAIT_MS, telling, () => new Error('nothing was told of it'));
      const [ready, figures, metrics] = await Promise.all([
        ask('/health/ready'),
        ask('/api/webhooks/queue-stats'),
        ask('/metrics').then((answer) => answer.text()),
      ]);
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({
        details: { database: { status: 'down' }, queue: { status: 'down' } },
      });
      expect(figures.status).toBe(503);
      expect(await errorOf(figures)).toMatchObject({ code: 'store_unavailable' });
      expect(metrics).toMatch(/^chatautodm_store_up 0$/m);
      expect(metrics).not.toMatch(/^chatautodm_(queue_jobs|accounts)[ {]/m);
    } finally {
      database.child.kill('SIGCONT');
      live.close();
    }
  });
});
