import { afterEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { done } from '../../src/queue/job.types.js';
import { JobArrivalRepository } from '../../src/queue/job-arrival.repository.js';
import { QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

describe('a job that another process stored', () => {
  const apps: QueueApp[] = [];

  async function start(config: ReturnType<typeof testConfig>, pollMs: number) {
    const app = await QueueApp.start({ ...config, queue: { ...config.queue, pollMs } });
    apps.push(app);
    return app;
  }

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const hasChangeStreams = async (uri: string) => {
    const client = await MongoClient.connect(uri);
    const { setName } = await client.db('admin').command({ hello: 1 });
    await client.close();
    return setName !== undefined;
  };

  /** Has one slot, which is taken: what it stores is left to others. */
  async function holdSlot(app: QueueApp): Promise<void> {
    app.handler.work = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await app.queue.enqueue([{ kind: 'work', payload: 'holds the slot' }]);
    await app.handler.begun(1);
  }

  it('is found by polling where there are no change streams, and before the next poll where there are', async () => {
    const config = testConfig({ QUEUE_WORKERS: '1', SHUTDOWN_TIMEOUT_MS: '10' });
    const streams = await hasChangeStreams(config.database.uri!);
    const one = await start(config, 600_000);
    const other = await start(config, streams ? 600_000 : 50);
    other.handler.work = () => done();
    await holdSlot(one);
    // Until the other follows: nobody tells when it does.
    await one.until(async () => {
      await one.queue.enqueue([{ kind: 'work', payload: 'for the other' }]);
      return other.handler.runs.length > 0;
    });
    expect(other.handler.runs[0]).toMatchObject({ payload: 'for the other' });
  });

  it('can be followed only where the server says so, and a refusal lasts', async () => {
    const config = testConfig();
    const app = await start(config, 50);
    const streams = await hasChangeStreams(config.database.uri!);
    const ended = new Promise<boolean>((resolve) => {
      const arrivals = app.module.get(JobArrivalRepository).watch(
        () => undefined,
        (_error, lasting) => resolve(lasting),
      );
      if (streams) void arrivals.close().then(() => resolve(true));
    });
    expect(await ended).toBe(true);
  });
});
