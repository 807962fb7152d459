import { afterEach, describe, expect, it } from '@jest/globals';
import { Claimer } from '../../src/queue/claimer.js';
import { QueuePauseService } from '../../src/queue/queue-pause.service.js';
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
