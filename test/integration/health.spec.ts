import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { Claimer } from '../../src/queue/claimer.js';
import { errorOf } from '../support/http-error.js';
import { TestServer } from '../support/test-server.js';
import { WebhookStore } from '../support/webhook-store.js';

const account = '17841400000000001';
const person = '2978000000000001';

const stats = {
  status: 'healthy',
  mode: 'queue',
  sandbox: false,
  paused: false,
  pending: 0,
  processing: 0,
  retrying: 0,
  completed: 0,
  dead: 0,
  processingRate: '0/hour',
  completedLastMinute: 0,
  oldestPendingAgeMs: null,
  workers: { total: 7, busy: 0 },
  duplicates: 0,
  deferred: 0,
  rescued: 0,
  leasesLost: 0,
  waitMs: { p50: null, p95: null, p99: null },
  runMs: { p50: null, p95: null, p99: null },
};

describe('what monitoring reads', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await TestServer.start({ QUEUE_WORKERS: '7' });
  });

  afterEach(() => server.close());

  const get = (path: string) => fetch(`${server.url}${path}`);

  it('says that the process lives', async () => {
    const answer = await get('/health/live');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'ok' });
  });

  it('says that events are taken and worked off, with the figures of the queue', async () => {
    const answer = await get('/health/ready');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      status: 'ok',
      details: { database: { status: 'up' }, queue: { status: 'up', stats } },
    });
  });

  it('is not ready, but alive, when nothing is claimed any more', async () => {
    await server.server.app.get(Claimer).stop();
    const answer = await get('/health/ready');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      statusCode: 503,
      code: 'unhealthy',
      status: 'error',
      error: { queue: { status: 'down', message: 'not claiming: starting or shutting down' } },
      details: { database: { status: 'up' }, queue: { stats } },
    });
    expect((await get('/health/live')).status).toBe(200);
  });

  it('counts jobs, openly and without any personal data', async () => {
    expect(await (await get('/api/webhooks/queue-stats')).json()).toEqual(stats);
    const store = new WebhookStore(server.server);
    const message = messageWebhook({ account, person, mid: 'aWdf1', text: 'a private text' });
    for (let times = 0; times < 3; times += 1) await server.post(message);
    await store.finished(1);
    await store.holdJobs();
    await server.post(messageWebhook({ account, person, mid: 'aWdf2', text: 'a private text' }));
    let answer: Response;
    let text: string;
    do {
      // Figures are shared for half a second, and what has completed is written down each second.
      answer = await get('/api/webhooks/queue-stats');
      text = await answer.text();
    } while ((JSON.parse(text) as typeof stats).completed === 0 || !text.includes('"pending":1'));
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toEqual({
      ...stats,
      pending: 1,
      completed: 1,
      oldestPendingAgeMs: expect.any(Number),
      processingRate: expect.stringMatching(/^[01]\/hour$/),
      completedLastMinute: expect.any(Number),
      duplicates: expect.any(Number),
      waitMs: expect.any(Object),
      runMs: expect.any(Object),
    });
    for (const personal of [account, person, 'aWdf', 'private', 'shop']) expect(text).not.toContain(personal);
  });

  it('knows no other pages', async () => {
    for (const path of ['/health', '/health/nothing', '/api/webhooks', '/api/webhooks/queue-stats/1']) {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect((await errorOf(answer)).code).toBe('not_found');
    }
  });
});
