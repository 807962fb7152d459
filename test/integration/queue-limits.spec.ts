import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { Claimer } from '../../src/queue/claimer.js';
import { JobClaimRepository } from '../../src/queue/job-claim.repository.js';
import { toDocument } from '../../src/queue/job-intake.repository.js';
import { done, retry } from '../../src/queue/job.types.js';
import { QueueCounters } from '../../src/queue/queue-counters.js';
import { QueueStatsService } from '../../src/queue/queue-stats.service.js';
import { RateLimitRepository } from '../../src/queue/rate-limit.repository.js';
import { RateLimiter } from '../../src/queue/rate-limiter.js';
import { WorkerPool } from '../../src/queue/worker-pool.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

const MINUTE_MS = 60_000;

describe('the limit of each key and the order of claims', () => {
  const apps: QueueApp[] = [];

  async function start(environment: Record<string, string> = {}, count = 1) {
    const clock = new ManualClock();
    const config = testConfig(environment);
    for (let n = 0; n < count; n += 1) apps.push(await QueueApp.start(config, clock));
    return { clock, config, app: apps[0]!, apps };
  }

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  const jobsOf = (limitKey: string, count: number) =>
    Array.from({ length: count }, (_, n) => ({ kind: 'work', payload: `${limitKey} ${n}`, limitKey }));

  it('puts off what is above the limit over two processes, in order, and refuses none', async () => {
    const { clock, app } = await start({ RATE_LIMIT_PER_MINUTE: '20' }, 2);
    for (const [n, job] of jobsOf('a', 50).entries()) await apps[n % 2]!.queue.enqueue([job]);
    await app.until(async () => (await app.jobs.countDocuments({ status: 'completed' })) === 20);
    const stored = await app.jobs.find({}).sort({ createdAt: 1, _id: 1 }).toArray();
    expect(stored).toHaveLength(50);
    const times = stored.map(({ runAt }) => runAt.getTime()).toSorted((a, b) => a - b);
    expect(mostWithinAMinute(times)).toBe(20);
    const deferred = stored.filter(({ runAt, createdAt }) => runAt > createdAt);
    expect(deferred.map(({ runAt }) => runAt)).toEqual(deferred.map(({ runAt }) => runAt).toSorted(byTime));
    for (const runs of [40, 50]) {
      clock.advance(70_000);
      await app.settled(runs);
      expect(await app.jobs.countDocuments({ status: 'completed' })).toBe(runs);
    }
    const jobs = await app.settled(50);
    expect(new Set(jobs.map(({ attempts }) => attempts))).toEqual(new Set([1]));
    await Promise.all(apps.map(({ module }) => module.get(QueueCounters).flush()));
    expect((await app.module.get(QueueStatsService).figures()).deferred).toBe(30);
  });

  it('holds any minute to the limit, whatever comes when and through which process', async () => {
    const { app, config } = await start({ RATE_LIMIT_PER_MINUTE: '250' });
    const repository = app.module.get(RateLimitRepository);
    const step = fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.nat(500), fc.nat(90_000)),
      process: fc.nat(2),
      count: fc.nat(150),
    });
    let keys = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const key = `key ${(keys += 1)}`;
        const limiters = [0, 1, 2].map(() => new RateLimiter(config.queue, repository));
        let now = Date.now();
        const times: number[] = [];
        for (const { waitMs, process, count } of steps) {
          now += waitMs;
          const at = new Date(now);
          const jobs = jobsOf(key, count).map((job) => toDocument(job, at));
          await limiters[process]!.charge(jobs, at);
          for (const { runAt } of jobs) expect(runAt.getTime()).toBeGreaterThanOrEqual(now);
          times.push(...jobs.map(({ runAt }) => runAt.getTime()));
        }
        expect(mostWithinAMinute(times.toSorted((a, b) => a - b))).toBeLessThanOrEqual(250);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the whole limit again a minute later, though a process took its share with it when it was killed', async () => {
    const { app, config } = await start({ RATE_LIMIT_PER_MINUTE: '1000' });
    const repository = app.module.get(RateLimitRepository);
    const at = new Date();
    await new RateLimiter(config.queue, repository).charge([toDocument(jobsOf('a', 1)[0]!, at)], at);
    const later = new Date(at.getTime() + 2 * MINUTE_MS);
    const jobs = jobsOf('a', 1000).map((job) => toDocument(job, later));
    await new RateLimiter(config.queue, repository).charge(jobs, later);
    expect(jobs.filter(({ runAt }) => runAt > later)).toEqual([]);
  });

  it('charges nothing for duplicates', async () => {
    const { app } = await start({ RATE_LIMIT_PER_MINUTE: '10' });
    const job = { kind: 'work', payload: {}, limitKey: 'a', dedupKey: 'same' };
    for (let n = 0; n < 30; n += 1) await app.queue.enqueue([job, job]);
    await app.queue.enqueue(jobsOf('a', 9));
    expect(await app.settled(10, 'completed')).toHaveLength(10);
  });

  it('asks the database once for a hundredth of the limit', async () => {
    const { app, config } = await start();
    const repository = app.module.get(RateLimitRepository);
    const reserve = repository.reserve.bind(repository);
    let calls = 0;
    repository.reserve = async (request) => {
      calls += 1;
      return reserve(request);
    };
    const limiter = new RateLimiter(config.queue, repository);
    const at = new Date();
    for (let n = 0; n < 1000; n += 1) await limiter.charge([toDocument(jobsOf('a', 1)[0]!, at)], at);
    expect(calls).toBe(10);
  });

  it('does not let a later job of a conversation overtake one that the limit has put off', async () => {
    const { app, clock } = await start({ RATE_LIMIT_PER_MINUTE: '1' });
    await app.queue.enqueue(jobsOf('a', 1));
    await app.queue.enqueue([{ kind: 'work', payload: 'put off', limitKey: 'a', groupKey: 'chat' }]);
    await app.queue.enqueue([{ kind: 'work', payload: 'free', groupKey: 'chat' }]);
    await app.queue.enqueue([{ kind: 'work', payload: 'other' }]);
    await app.settled(2);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['a 0', 'other']);
    clock.advance(70_000);
    await app.settled(4);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['a 0', 'other', 'put off', 'free']);
  });

  it('starts the jobs of a quiet key before the backlog of one that floods', async () => {
    const { app } = await start({ QUEUE_WORKERS: '1' });
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    app.handler.work = async () => {
      await held;
      return done();
    };
    await app.queue.enqueue(jobsOf('flood', 40));
    await app.queue.enqueue(jobsOf('quiet', 3));
    goOn();
    await app.settled(43);
    const order = app.handler.runs.map(({ payload }) => payload);
    for (const n of [0, 1, 2]) expect(order.indexOf(`quiet ${n}`)).toBeLessThan(10);
    const flood = order.filter((payload) => String(payload).startsWith('flood'));
    expect(flood).toEqual(jobsOf('flood', 40).map(({ payload }) => payload));
  });

  it('claims a job for later from its time on, not before', async () => {
    const { app, clock } = await start();
    await app.module.get(Claimer).stop();
    const due = clock.now() + 30_000;
    await app.queue.enqueue([{ kind: 'work', payload: {}, runAt: new Date(due) }]);
    const claims = app.module.get(JobClaimRepository);
    const claim = async (at: number) =>
      (await claims.claimBatch({ limit: 10, now: new Date(at), leaseMs: 1000, worker: 'test' })).jobs;
    expect(await claim(due - 1)).toHaveLength(0);
    expect(await claim(due)).toHaveLength(1);
  });

  it('does not begin a retry before its time', async () => {
    const { app, clock } = await start();
    app.handler.work = (job) => (job.attempt === 1 ? retry('throttled', 'later', 5000) : done());
    await app.queue.enqueue(jobsOf('a', 1));
    await app.until(async () => (await app.jobs.countDocuments({ 'errors.0': { $exists: true } })) === 1);
    const [job] = await app.settled(1, 'pending');
    const claims = app.module.get(JobClaimRepository);
    await app.module.get(Claimer).stop();
    const claimAt = async (ms: number) =>
      (await claims.claimBatch({ limit: 1, now: new Date(ms), leaseMs: 1000, worker: 'test' })).jobs;
    expect(await claimAt(job!.runAt.getTime() - 1)).toHaveLength(0);
    expect(job!.runAt.getTime()).toBeGreaterThanOrEqual(clock.now() + 5000);
    expect(await claimAt(job!.runAt.getTime())).toHaveLength(1);
  });

  it('charges a job for later when its time has come, and puts it off unspent if the limit is reached', async () => {
    const { app, clock } = await start({ RATE_LIMIT_PER_MINUTE: '2' });
    await app.queue.enqueue([
      { kind: 'work', payload: 'later', limitKey: 'a', runAt: new Date(clock.now() + 200_000) },
    ]);
    clock.advance(200_000 - 1);
    await app.queue.enqueue(jobsOf('a', 2));
    await app.settled(2);
    clock.advance(1);
    await app.until(async () => (await app.jobs.countDocuments({ awaitsLimit: true })) === 0);
    const [job] = await app.settled(1, 'pending');
    expect(job).toMatchObject({ payload: 'later', attempts: 0, errors: [] });
    expect(job!.runAt.getTime()).toBeGreaterThan(clock.now() + 50_000);
    clock.advance(70_000);
    expect((await app.settled(3))[0]).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('still is to charge a job for later that was given back from the line', async () => {
    const { app, clock } = await start({ QUEUE_WORKERS: '4' });
    app.handler.work = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await app.queue.enqueue(jobsOf('a', 4));
    await app.handler.begun(4);
    const [later] = await app.queue.enqueue([
      { kind: 'work', payload: 'later', limitKey: 'a', runAt: new Date(clock.now() + 1) },
    ]);
    clock.advance(1);
    await app.until(async () => (await app.jobs.countDocuments({ status: 'processing' })) === 5);
    await app.module.get(Claimer).stop();
    await app.module.get(WorkerPool).drain(0);
    const job = await app.jobs.findOne({ _id: new Types.ObjectId(later!.id!) });
    expect(job).toMatchObject({ status: 'pending', attempts: 0, awaitsLimit: true });
  });
});

const byTime = (a: Date, b: Date) => a.getTime() - b.getTime();

/** @param times ascending */
function mostWithinAMinute(times: number[]): number {
  let most = 0;
  let from = 0;
  for (const [to, time] of times.entries()) {
    while (time - times[from]! >= MINUTE_MS) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
