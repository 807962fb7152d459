import { afterEach, describe, expect, it } from '@jest/globals';
import { done, type RunningJob } from '../../src/queue/job.types.js';
import { WorkerPool } from '../../src/queue/worker-pool.js';
import { QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

const jobs = (count: number) => Array.from({ length: count }, (_, payload) => ({ kind: 'work', payload }));

describe('slots', () => {
  const apps: QueueApp[] = [];

  async function start(environment: Record<string, string>, config = testConfig(environment)) {
    const app = await QueueApp.start(config);
    apps.push(app);
    return app;
  }

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const untilClaimed = (app: QueueApp, count: number) =>
    app.until(async () => (await app.jobs.countDocuments({ status: 'processing' })) === count);

  const untilAborted = ({ signal }: RunningJob) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

  it('have a quarter as many jobs claimed ahead, which go back unspent at shutdown', async () => {
    const config = testConfig({ QUEUE_WORKERS: '8', SHUTDOWN_TIMEOUT_MS: '50', QUEUE_LEASE_MS: '60000' });
    const app = await start({}, config);
    app.handler.work = untilAborted;
    await app.queue.enqueue(jobs(20));
    await untilClaimed(app, 10);
    await app.handler.begun(8);
    expect(app.handler.runs).toHaveLength(8);
    await app.close();
    apps.splice(apps.indexOf(app), 1);
    expect(app.handler.runs).toHaveLength(8);
    const ended = await (await start({}, config)).settled(20);
    expect(ended.every(({ attempts, rescues }) => attempts === 1 && rescues === 0)).toBe(true);
  });

  it('have their line filled again once half of it is gone, before any slot is empty', async () => {
    const app = await start({ QUEUE_WORKERS: '8', QUEUE_POLL_MS: '60000' });
    const release: (() => void)[] = [];
    app.handler.work = async () => {
      await new Promise<void>((resolve) => release.push(resolve));
      return done();
    };
    await app.queue.enqueue(jobs(20));
    await untilClaimed(app, 10);
    await app.handler.begun(8);
    release.shift()!();
    await app.settled(1);
    await untilClaimed(app, 10);
    expect(app.module.get(WorkerPool)).toMatchObject({ busy: 8, free: 0 });
    for (let ended = 1; ended < 20; ended += 1) {
      await app.handler.begun(Math.min(8 + ended, 20));
      release.shift()!();
    }
    await app.settled(20);
  });

  it('are not given to a job that lost its lease in line', async () => {
    const app = await start({ QUEUE_WORKERS: '4', QUEUE_LEASE_MS: '1000' });
    const release: (() => void)[] = [];
    app.handler.work = async () => {
      await new Promise<void>((resolve) => release.push(resolve));
      return done();
    };
    await app.queue.enqueue(jobs(5));
    await untilClaimed(app, 5);
    await app.handler.begun(4);
    const begun = app.handler.runs.map(({ payload }) => payload);
    const { _id } = (await app.jobs.findOne({ payload: { $nin: begun } }))!;
    const theirs = { claimToken: 'of another process', leaseUntil: new Date(Date.now() + 3_600_000) };
    await app.jobs.updateOne({ _id }, { $set: theirs });
    const since = (await app.jobs.findOne({ payload: begun[0] }))!.leaseUntil!;
    // The heartbeat that finds it has come when the next one has renewed the others again.
    for (let beat = 1; beat <= 2; beat += 1)
      await app.until(async () => {
        const { leaseUntil } = (await app.jobs.findOne({ payload: begun[0] }))!;
        return leaseUntil!.getTime() > since.getTime() + beat * 300;
      });
    for (const end of release.splice(0)) end();
    await app.settled(4);
    expect(app.handler.runs).toHaveLength(4);
    expect(await app.jobs.findOne({ _id })).toMatchObject({ status: 'processing', ...theirs });
  });

  it('are free once the handler has ended, though the job ends only with what that left under way', async () => {
    const app = await start({ QUEUE_WORKERS: '1' });
    let recorded = () => {};
    app.handler.work = ({ payload, trailing }) => {
      if (payload === 0) trailing.add(new Promise((resolve) => (recorded = resolve)));
      return done();
    };
    await app.queue.enqueue(jobs(2));
    await app.settled(1);
    expect(await app.jobs.findOne({ payload: 0 })).toMatchObject({ status: 'processing' });
    recorded();
    await app.settled(2);
    expect(app.handler.runs).toHaveLength(2);
  });

  it('run a job again, its attempt unspent, when what its handler left under way failed', async () => {
    const app = await start({ QUEUE_WORKERS: '1' });
    app.handler.work = ({ trailing }) => {
      if (app.handler.runs.length === 1) trailing.add(Promise.reject(new Error('disk full')));
      return done();
    };
    await app.queue.enqueue(jobs(1));
    const [job] = await app.settled(1);
    expect(job).toMatchObject({ status: 'completed', attempts: 1, errors: [] });
    expect(app.handler.runs.map(({ isFirstRun }) => isFirstRun)).toEqual([true, false]);
  });
});
