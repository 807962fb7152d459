import { afterEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../src/database/clock.js';
import { Claimer } from '../../src/queue/claimer.js';
import { done } from '../../src/queue/job.types.js';
import { JobIntakeRepository, toDocument } from '../../src/queue/job-intake.repository.js';
import { QueueLifecycle } from '../../src/queue/queue-lifecycle.js';
import { afterReadBy } from '../support/between-steps.js';
import { CuttingProxy, commandBytes } from '../support/cutting-proxy.js';
import { QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

/** What happens between two steps of the queue, held open by the test. */
describe('between the steps of the queue', () => {
  const closing: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function start(config = testConfig()) {
    const app = await QueueApp.start(config);
    closing.unshift(() => app.close());
    return app;
  }

  /** A queue that has run a job and is idle, so that the next one is stored as claimed. */
  async function startIdle(config = testConfig()) {
    const app = await start(config);
    await app.queue.enqueue([{ kind: 'work', payload: 'first' }]);
    await app.settled(1);
    const claimer = app.module.get(Claimer);
    await app.until(async () => claimer.reservable === config.queue.workers);
    return app;
  }

  it('refuses jobs whose insert was cut off, and runs none of them', async () => {
    const config = testConfig();
    const proxy = new CuttingProxy(config.database.uri!);
    closing.push(() => proxy.close());
    const app = await startIdle({ ...config, database: { ...config.database, uri: await proxy.listen() } });
    proxy.cutAt = commandBytes('insert', 'jobs');
    await expect(app.queue.enqueue([{ kind: 'work', payload: 'cut off' }])).rejects.toBeInstanceOf(Error);
    proxy.cutAt = undefined;
    expect(proxy.cuts).toBeGreaterThan(0);
    expect(await app.jobs.countDocuments()).toBe(1);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['first']);
  });

  it('goes on claiming when another process takes some of what it has found', async () => {
    const config = testConfig({ QUEUE_WORKERS: '4', QUEUE_POLL_MS: '60000' });
    const app = await start(config);
    const claimer = app.module.get(Claimer);
    claimer.setPaused(true);
    await app.queue.enqueue(Array.from({ length: 20 }, (_, payload) => ({ kind: 'work', payload })));
    afterReadBy('order', app, async () => {
      const found = await app.jobs.find({ status: 'pending' }).sort({ order: 1, _id: 1 }).limit(3).toArray();
      const leaseUntil = new Date(8e15);
      const theirs = { status: 'processing', claimToken: 'of another process', leaseUntil } as const;
      await app.jobs.updateMany({ _id: { $in: found.map(({ _id }) => _id) } }, { $set: theirs });
    });
    claimer.setPaused(false);
    await app.settled(17);
    expect(app.handler.runs).toHaveLength(17);
  });

  it('waits in a shutdown for jobs that are being stored as claimed', async () => {
    const app = await startIdle();
    const { began, goOn } = holdNextInsert(app);
    let drained = false;
    let late = false;
    app.handler.work = () => {
      late = drained;
      return done();
    };
    const enqueued = app.queue.enqueue([{ kind: 'work', payload: 'second' }]);
    await began;
    const stopped = app.module.get(QueueLifecycle).onModuleDestroy();
    const watched = stopped.then(() => (drained = true));
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    goOn();
    await Promise.all([enqueued, watched]);
    expect(app.handler.runs).toHaveLength(2);
    expect(late).toBe(false);
  });

  it('keeps the order of a group whose holder ends while later jobs are stored', async () => {
    const app = await start();
    let endFirst = () => {};
    const order: unknown[] = [];
    app.handler.work = async (job) => {
      if (job.payload === 0) await new Promise<void>((resolve) => (endFirst = resolve));
      order.push(job.payload);
      return done();
    };
    await app.queue.enqueue([{ kind: 'work', payload: 0, groupKey: 'chat' }]);
    await app.handler.begun(1);
    const intake = app.module.get(JobIntakeRepository);
    const insert = intake.insert.bind(intake);
    intake.insert = async (jobs) => {
      const results = await insert(jobs);
      intake.insert = insert;
      endFirst();
      await app.until(async () => (await app.jobs.countDocuments({ status: 'processing' })) === 0);
      return results;
    };
    await app.queue.enqueue([1, 2].map((payload) => ({ kind: 'work', payload, groupKey: 'chat' })));
    await app.settled(3);
    expect(order).toEqual([0, 1, 2]);
  });

  it('fills no slot twice while jobs are being stored as claimed', async () => {
    const config = testConfig({ QUEUE_WORKERS: '2' });
    const app = await startIdle(config);
    let most = 0;
    let running = 0;
    app.handler.work = async () => {
      most = Math.max(most, ++running);
      for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
      running -= 1;
      return done();
    };
    const intake = app.module.get(JobIntakeRepository);
    const insert = intake.insert.bind(intake);
    intake.insert = async (jobs) => {
      intake.insert = insert;
      // Another process stores two jobs, and this one's claimer is told to look.
      const now = app.module.get(Clock).date();
      await insert([1, 2].map((payload) => toDocument({ kind: 'work', payload }, now)));
      app.module.get(Claimer).wake();
      for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
      return insert(jobs);
    };
    await app.queue.enqueue([3, 4].map((payload) => ({ kind: 'work', payload })));
    await app.settled(5);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('begins the next job of a group at once, not at the next poll', async () => {
    const app = await start(testConfig({ QUEUE_POLL_MS: '60000' }));
    const jobs = Array.from({ length: 8 }, (_, payload) => ({ kind: 'work', payload, groupKey: 'chat' }));
    await app.queue.enqueue(jobs);
    await app.settled(8);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('lets an event without an id count again when the window is switched off, but not its redelivery', async () => {
    const app = await start();
    const tap = (ms: number) => ({
      kind: 'work',
      payload: {},
      dedupKey: 'tap',
      dedupWindow: { ms: 0, at: new Date(1_700_000_000_000 + ms) },
    });
    const taps = await app.queue.enqueue([tap(0), tap(1), tap(0)]);
    expect(taps.map(({ duplicate }) => duplicate)).toEqual([false, false, true]);
  });

  it('takes a handler that gives no result for a failed attempt', async () => {
    const app = await start();
    app.handler.work = (job) => (job.attempt === 1 ? (undefined as never) : done());
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const [job] = await app.settled(1);
    expect(job).toMatchObject({ status: 'completed', attempts: 2 });
  });
});

/** Holds the next insert back until `goOn`; `began` tells that it has come. */
function holdNextInsert(app: QueueApp): { began: Promise<void>; goOn: () => void } {
  const intake = app.module.get(JobIntakeRepository);
  const insert = intake.insert.bind(intake);
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const began = new Promise<void>((resolve) => {
    intake.insert = async (jobs) => {
      intake.insert = insert;
      resolve();
      await gate;
      return insert(jobs);
    };
  });
  return { began, goOn: () => goOn() };
}
