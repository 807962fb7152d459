import { afterEach, describe, expect, it } from '@jest/globals';
import { Claimer } from '../../src/queue/claimer.js';
import { QueuePauseService } from '../../src/queue/queue-pause.service.js';
import { afterReadBy } from '../support/between-steps.js';
import { QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

describe('a paused queue', () => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function start(config = testConfig()) {
    const app = await QueueApp.start(config);
    closing.push(() => app.close());
    return app;
  }

  const pausedIn = (app: QueueApp) => app.module.get(Claimer).isPaused;

  it.each(['true', 'false'])(
    'stores jobs and starts none, in any process, until it is resumed (queue: %s)',
    async (enabled) => {
      const config = testConfig({ QUEUE_ENABLED: enabled });
      const [one, two] = [await start(config), await start(config)];
      await one.module.get(QueuePauseService).set(true, 'test');
      expect(pausedIn(one)).toBe(true);
      await two.until(async () => pausedIn(two));
      const restarted = await start(config);
      expect(pausedIn(restarted)).toBe(true);
      for (const app of [one, two, restarted]) await app.queue.enqueue([{ kind: 'work', payload: {} }]);
      for (const app of [one, two, restarted]) app.module.get(Claimer).wake();
      expect(await one.jobs.countDocuments({ status: 'pending', attempts: 0 })).toBe(3);

      await two.module.get(QueuePauseService).set(false, 'test');
      await one.settled(3, 'completed');
      await one.until(async () => !pausedIn(one) && !pausedIn(restarted));
    },
  );

  it('lets runs under way end', async () => {
    const app = await start();
    let end = () => {};
    app.handler.work = async () => {
      await new Promise<void>((resolve) => (end = resolve));
      return { type: 'done' };
    };
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    await app.handler.begun(1);
    await app.module.get(QueuePauseService).set(true, 'test');
    end();
    expect(await app.settled(1, 'completed')).toHaveLength(1);
  });

  it('has jobs that wait before the slots go back unspent, in every process, and their groups in order', async () => {
    const config = testConfig({ QUEUE_WORKERS: '8' });
    const apps = [await start(config), await start(config)];
    const release: (() => void)[] = [];
    const order: unknown[] = [];
    for (const app of apps) {
      app.handler.work = async ({ payload }) => {
        await new Promise<void>((resolve) => release.push(resolve));
        order.push(payload);
        return { type: 'done' };
      };
    }
    const counts = async () => {
      const count = (status: string, rest = {}) => apps[0]!.jobs.countDocuments({ status, ...rest } as never);
      return [await count('processing'), await count('pending', { attempts: 0 }), await count('completed')];
    };
    const until = (...expected: number[]) =>
      apps[0]!.until(async () => String(await counts()) === String(expected));
    const job = (n: number) => ({ kind: 'work', payload: n, groupKey: `chat ${n % 30}` });
    await apps[0]!.queue.enqueue(Array.from({ length: 60 }, (_, n) => job(n)));
    // Of each process 8 that run, and 2 before the slots.
    await until(20, 40, 0);
    for (const app of apps) await app.handler.begun(8);
    await apps[0]!.module.get(QueuePauseService).set(true, 'test');
    await until(16, 44, 0);
    for (const end of release.splice(0)) end();
    await until(0, 44, 16);
    expect(apps.flatMap(({ handler }) => handler.runs)).toHaveLength(16);

    await apps[1]!.module.get(QueuePauseService).set(false, 'test');
    for (const app of apps) app.handler.work = ({ payload }) => (order.push(payload), { type: 'done' });
    await apps[0]!.settled(60, 'completed');
    expect(await apps[0]!.jobs.countDocuments({ attempts: 1, rescues: 0 })).toBe(60);
    for (let n = 0; n < 30; n += 1) expect(order.indexOf(n)).toBeLessThan(order.indexOf(n + 30));
  });

  it('gives back what a claim under way brings', async () => {
    const app = await start();
    const pause = app.module.get(QueuePauseService);
    await app.module.get(Claimer).stop();
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    afterReadBy('claimToken', app, () => pause.set(true, 'test'));
    app.module.get(Claimer).start();
    await app.until(async () => app.module.get(Claimer).isPaused);
    await app.settled(1, 'pending');
    expect(app.handler.runs).toEqual([]);
    await pause.set(false, 'test');
    expect(await app.settled(1, 'completed')).toMatchObject([{ attempts: 1 }]);
  });

  it('is steered by the admin API, says so, and still is ready for webhooks', async () => {
    const server = await TestServer.start();
    closing.push(() => server.close());
    expect(await server.admin('POST', 'queue/pause')).toEqual({ paused: true });
    expect(await server.admin('GET', 'queue')).toMatchObject({ paused: true, kinds: {}, topLimitKeys: [] });
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect(await server.admin('POST', 'queue/resume')).toEqual({ paused: false });
    expect(await server.admin('GET', 'queue')).toMatchObject({ paused: false });
  });
});
