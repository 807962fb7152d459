import { afterEach, describe, expect, it } from '@jest/globals';
import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { AppConfig } from '../../src/config/app-config.js';
import { done } from '../../src/queue/job.types.js';
import { JOB_MODEL, type JobDocument } from '../../src/queue/job.schema.js';
import { ParkedKeys } from '../../src/queue/parked-keys.js';
import { ParkingService } from '../../src/queue/parking.service.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

describe('parked keys', () => {
  const apps: QueueApp[] = [];

  async function start(config: AppConfig = testConfig(), clock?: ManualClock) {
    const app = await QueueApp.start(config, clock);
    apps.push(app);
    return { app, parking: app.module.get(ParkingService) };
  }

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const job = (payload: unknown, limitKey: string, groupKey?: string) => ({
    kind: 'work',
    payload,
    limitKey,
    ...(groupKey && { groupKey }),
  });
  const payloads = (app: QueueApp) => app.handler.runs.map(({ payload }) => payload);

  it('sets jobs of a parked key aside unspent, lets others pass, and releases them in order', async () => {
    const { app, parking } = await start(testConfig({ QUEUE_WORKERS: '1' }));
    await parking.park('a', { reason: 'paused by its owner' });
    for (let n = 0; n < 5; n += 1) await app.queue.enqueue([job(n, 'a')]);
    await app.queue.enqueue([job('other', 'b')]);
    await app.settled(1);
    await app.until(async () => (await app.jobs.countDocuments({ parked: 'a' })) === 5);
    expect(payloads(app)).toEqual(['other']);
    expect(await parking.list()).toMatchObject([{ key: 'a', until: null, reason: 'paused by its owner' }]);
    expect(await parking.release('a')).toMatchObject({ wasParked: true });
    const jobs = await app.settled(6);
    expect(payloads(app)).toEqual(['other', 0, 1, 2, 3, 4]);
    expect(jobs.map(({ attempts, errors }) => ({ attempts, errors }))).toEqual(
      jobs.map(() => ({ attempts: 1, errors: [] })),
    );
    expect(await app.jobs.countDocuments({ parked: { $exists: true } })).toBe(0);
    expect(await parking.list()).toEqual([]);
    expect(await parking.release('a')).toEqual({ wasParked: false, jobs: 0 });
  });

  it('keeps the order of a conversation whose first job is parked', async () => {
    const { app, parking } = await start();
    await parking.park('a', { reason: 'test' });
    await app.queue.enqueue([job(0, 'a', 'chat')]);
    await app.until(async () => (await app.jobs.countDocuments({ parked: 'a' })) === 1);
    await app.queue.enqueue([job(1, 'free', 'chat'), job('other', 'free')]);
    await app.settled(1);
    expect(payloads(app)).toEqual(['other']);
    await parking.release('a');
    await app.settled(3);
    expect(payloads(app)).toEqual(['other', 0, 1]);
  });

  it('releases a key by itself when its time has come, unless that was put off', async () => {
    const clock = new ManualClock();
    const { app, parking } = await start(testConfig(), clock);
    await parking.park('a', { until: new Date(clock.now() + 1000), reason: 'throttled' });
    await parking.park('b', { until: new Date(clock.now() + 1000), reason: 'throttled' });
    await app.queue.enqueue([job('a', 'a'), job('b', 'b')]);
    await app.until(async () => (await app.jobs.countDocuments({ parked: { $exists: true } })) === 2);
    await parking.park('b', { until: new Date(clock.now() + 5000), reason: 'throttled again' });
    clock.advance(1000);
    await app.settled(1);
    expect(payloads(app)).toEqual(['a']);
    expect(await parking.list()).toMatchObject([{ key: 'b', reason: 'throttled again' }]);
    clock.advance(4000);
    await app.settled(2);
    expect(payloads(app)).toEqual(['a', 'b']);
  });

  it('is heeded by another process, from its start on and later', async () => {
    const config = testConfig();
    const one = await start(config);
    await one.parking.park('a', { reason: 'test' });
    const two = await start(config);
    expect(two.app.module.get(ParkedKeys).has('a')).toBe(true);
    await two.app.queue.enqueue([job('a', 'a')]);
    await one.app.until(async () => (await one.app.jobs.countDocuments({ parked: 'a' })) === 1);
    await one.parking.park('b', { reason: 'test' });
    await one.app.until(async () => two.app.module.get(ParkedKeys).has('b'));
    await two.app.queue.enqueue([job('b', 'b')]);
    await one.app.until(async () => (await one.app.jobs.countDocuments({ parked: 'b' })) === 1);
    expect([...one.app.handler.runs, ...two.app.handler.runs]).toEqual([]);
    await one.parking.release('a');
    await one.parking.release('b');
    await one.app.settled(2);
  });

  it('cost little while they have jobs, however many they are', async () => {
    const { app, parking } = await start(testConfig({ QUEUE_POLL_MS: '60000' }));
    for (let n = 0; n < 50; n += 1) await parking.park(`key ${n}`, { reason: 'test' });
    await app.queue.enqueue(Array.from({ length: 50 }, (_, n) => job(n, `key ${n}`)));
    await app.until(async () => (await app.jobs.countDocuments({ parked: { $exists: true } })) === 50);
    let reads = 0;
    const { collection } = app.module.get<Model<JobDocument>>(getModelToken(JOB_MODEL));
    const findOne = collection.findOne.bind(collection);
    collection.findOne = ((...args: Parameters<typeof findOne>) => {
      reads += 1;
      return findOne(...args);
    }) as typeof findOne;
    for (let polls = 0; polls < 20; polls += 1) await parking.refresh();
    expect(reads).toBeGreaterThan(50);
    expect(reads).toBeLessThan(10 * 50);
  });

  it('leaves nothing parked by a process that had not heard of the release', async () => {
    const config = testConfig();
    const { app, parking } = await start(config);
    const late = await start(config);
    const view = late.app.module.get(ParkedKeys);
    await parking.park('a', { reason: 'test' });
    await app.until(async () => view.has('a'));
    // From here on this process hears nothing new until it has set the job aside.
    const replace = view.replace.bind(view);
    view.replace = () => {};
    await parking.release('a');
    await app.until(async () => !app.module.get(ParkedKeys).has('a'));
    const jobs = Array.from({ length: 20 }, (_, n) => job(n, 'a'));
    for (const one of jobs) await late.app.queue.enqueue([one]);
    await app.settled(20);
    view.replace = replace;
    expect(await app.jobs.countDocuments({ parked: { $exists: true } })).toBe(0);
    const all = await app.settled(20);
    expect(new Set(all.map(({ attempts }) => attempts))).toEqual(new Set([1]));
  });

  it('does not interrupt what runs when its key is parked', async () => {
    const { app, parking } = await start();
    let goOn = () => {};
    app.handler.work = async ({ signal }) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      return done({ result: signal.aborted ? 'aborted' : 'finished' });
    };
    await app.queue.enqueue([job('a', 'a')]);
    await app.handler.begun(1);
    await parking.park('a', { reason: 'test' });
    goOn();
    expect((await app.settled(1))[0]).toMatchObject({ outcome: { result: 'finished' } });
  });

  it('looks at one job of each key, however many are set aside', async () => {
    const { app, parking } = await start(testConfig({ QUEUE_POLL_MS: '60000' }));
    await parking.park('a', { reason: 'test' });
    await app.jobs.insertMany(
      Array.from({ length: 2000 }, () => ({
        kind: 'work',
        status: 'pending',
        blocked: true,
        parked: 'a',
        limitKey: 'a',
        runAt: new Date(),
        order: new Date(),
        attempts: 0,
        rescues: 0,
        errors: [],
        createdAt: new Date(),
      })) as never[],
    );
    const examined = async (filter: object) => {
      const plan = await app.jobs
        .find(filter)
        .sort({ parked: 1, order: 1 })
        .limit(1)
        .explain('executionStats');
      return Number(plan['executionStats'].totalKeysExamined);
    };
    expect(await examined({ parked: { $gte: '' } })).toBeLessThan(10);
    expect(await examined({ parked: { $gt: 'a' } })).toBeLessThan(10);
  });
});
