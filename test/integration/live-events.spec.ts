import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { LiveFigures } from '../../src/monitoring/live/live-figures.js';
import { EventStream } from '../support/event-stream.js';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const authorization = `Bearer ${testSecrets.adminToken}`;
const account = '17841400000000077';
const path = '/api/admin/events';

let server: TestServer;
const streams: EventStream[] = [];

beforeAll(async () => {
  server = await TestServer.start();
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
});

afterAll(() => server?.close());

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await until(() => live().streams === 0);
});

const live = () => server.get(LiveFigures);

async function open(): Promise<EventStream> {
  const stream = await EventStream.open(`${server.url}${path}`, { authorization });
  streams.push(stream);
  return stream;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('live events', () => {
  it('need a token', async () => {
    const answer = await fetch(`${server.url}${path}`);
    expect([answer.status, (await errorOf(answer)).code]).toEqual([401, 'admin_token_required']);
    expect(live().isReading).toBe(false);
  });

  it('take no parameters', async () => {
    const answer = await fetch(`${server.url}${path}?since=1`, { headers: { authorization } });
    const { code, details } = await errorOf(answer);
    expect([answer.status, code, details?.[0]?.path]).toEqual([422, 'validation_failed', 'since']);
    expect(live().isReading).toBe(false);
  });

  it('show the figures at once, and pass proxies unbuffered', async () => {
    const stream = await open();
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('x-accel-buffering')).toBe('no');
    expect(stream.response.headers.get('cache-control')).toContain('no-store');
    expect(await stream.next()).toEqual({
      type: 'figures',
      data: expect.objectContaining({
        at: expect.any(String),
        status: 'healthy',
        pending: 0,
        workers: { total: 180, busy: 0 },
        perSecond: null,
        errorRate: null,
      }),
    });
  });

  it('tell what comes in and goes out', async () => {
    const stream = await open();
    await stream.next();
    const posts = [1, 2, 3].map((n) =>
      server.post(messageWebhook({ account, person: '2978000000000001', mid: `live-${n}`, text: 'hi' })),
    );
    await Promise.all(posts);
    const { data } = await stream.until(({ data: { perSecond } }) => {
      const { in: into = 0, out = 0 } = (perSecond ?? {}) as Record<string, number>;
      return into > 0 && out > 0;
    });
    expect(data).toMatchObject({ completed: 3, errorRate: 0 });
  });

  it('are computed once for all who listen', async () => {
    const listeners = await Promise.all([open(), open(), open()]);
    const seen = await Promise.all(
      listeners.map(async (stream) => {
        const times = [];
        for (let n = 0; n < 3; n += 1) times.push((await stream.next())!.data['at']);
        return times;
      }),
    );
    // Whoever came a moment later may have begun with the next one.
    const times = new Set(seen.flat());
    expect(times.size).toBeLessThanOrEqual(4);
    expect(live().streams).toBe(3);
  });

  it('leave nothing behind when the tab is closed', async () => {
    const [one, other] = [await open(), await open()];
    await Promise.all([one.next(), other.next()]);
    expect([live().streams, live().isReading]).toEqual([2, true]);
    one.close();
    await until(() => live().streams === 1);
    expect(live().isReading).toBe(true);
    other.close();
    await until(() => live().streams === 0);
    expect(live().isReading).toBe(false);
  });

  it('are refused above a number of streams, until others end', async () => {
    const held = Array.from({ length: 100 }, () => live().stream().subscribe());
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization } });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect((await errorOf(answer)).code).toBe('too_many_streams');
    for (const subscription of held) subscription.unsubscribe();
    expect((await (await open()).next())!.type).toBe('figures');
  });

  it('end with the process', async () => {
    const own = await TestServer.start();
    const stream = await EventStream.open(`${own.url}${path}`, { authorization });
    await stream.next();
    await own.close();
    while ((await stream.next()) !== null);
    expect(own.get(LiveFigures).isReading).toBe(false);
  });
});
