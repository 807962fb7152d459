import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { getModelToken } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { Clock } from '../../src/database/clock.js';
import { Claimer } from '../../src/queue/claimer.js';
import { JobClaimRepository } from '../../src/queue/job-claim.repository.js';
import { JobGroupRepository } from '../../src/queue/job-group.repository.js';
import { JobIntakeRepository } from '../../src/queue/job-intake.repository.js';
import { JOB_MODEL, type JobDocument } from '../../src/queue/job.schema.js';
import { release } from '../../src/queue/job-transitions.js';
import { done, type RunningJob } from '../../src/queue/job.types.js';
import { JobReporter, type EndedRunReport } from '../../src/queue/job-reporter.js';
import { LeaseKeeper } from '../../src/queue/lease-keeper.js';
import { QueueCounters } from '../../src/queue/queue-counters.js';
import { QueueTimers } from '../../src/queue/queue-timers.js';
import { Rescuer } from '../../src/queue/rescuer.js';
import { WorkerPool } from '../../src/queue/worker-pool.js';
import { LeaseLostError } from '../../src/queue/queue.errors.js';
import { afterReadBy } from '../support/between-steps.js';
import { CuttingProxy, commandBytes } from '../support/cutting-proxy.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

const LEASE_MS = 1000;

describe('leases', () => {
  const closing: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const config = () => testConfig({ QUEUE_LEASE_MS: String(LEASE_MS) });

  async function start(of = config(), clock?: ManualClock) {
    const app = await QueueApp.start(of, clock);
    closing.unshift(() => app.close());
    return app;
  }

  /** Resolves with the reason for which the run was told to stop; its handler then says that it is done. */
  function untilAborted(app: QueueApp): Promise<unknown> {
    return new Promise((resolve) => {
      app.handler.work = async ({ signal }: RunningJob) => {
        await new Promise<void>((aborted) => signal.addEventListener('abort', () => aborted()));
        resolve(signal.reason);
        return done({ result: 'too late' });
      };
    });
  }

  /** As when a VM is suspended: the world and the database go on, the process and its monotonic clock do not. */
  function standStill(ms: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    goBy(-ms);
  }

  /** On the monotonic clock alone. */
  function goBy(ms: number): void {
    const now = performance.now.bind(performance);
    const moved = jest.spyOn(performance, 'now').mockImplementation(() => now() + ms);
    closing.push(() => moved.mockRestore());
  }

  it('are renewed for as long as the handler runs, so that no other process takes the job', async () => {
    const of = config();
    const [one, other] = [await start(of), await start(of)];
    one.handler.work = async ({ id }) => {
      const job = { _id: new Types.ObjectId(id) };
      const longEnough = async () => {
        const { claimedAt, leaseUntil } = (await one.jobs.findOne(job))!;
        return leaseUntil!.getTime() > claimedAt!.getTime() + 3 * LEASE_MS;
      };
      await one.until(longEnough);
      return done();
    };
    other.handler.work = () => done({ result: 'taken over' });
    await other.module.get(Claimer).stop();
    await one.queue.enqueue([{ kind: 'work', payload: {} }]);
    await one.handler.begun(1);
    other.module.get(Claimer).start();
    const [job] = await one.settled(1);
    expect(job).toMatchObject({ status: 'completed', attempts: 1, rescues: 0 });
    expect(job).not.toHaveProperty('outcome');
  });

  it('of a process that stands still run out, and another one that is at work goes on with its jobs', async () => {
    const of = config();
    const [frozen, other] = [await start(of), await start(of)];
    await other.module.get(Claimer).stop();
    const aborted = untilAborted(frozen);
    await frozen.queue.enqueue([{ kind: 'work', payload: {} }]);
    await frozen.handler.begun(1);
    frozen.module.get(QueueTimers).stop();
    await frozen.module.get(Claimer).stop();
    other.handler.work = () => done({ result: 'rescued' });
    other.module.get(Claimer).start();
    const [job] = await other.settled(1);
    expect(job).toMatchObject({ attempts: 1, rescues: 1, outcome: { result: 'rescued' } });
    // It wakes up, finds that it is late, and writes nothing.
    await frozen.module.get(LeaseKeeper).renew();
    expect(await aborted).toBeInstanceOf(LeaseLostError);
    await frozen.close();
    closing.splice(1, 1);
    expect(await other.settled(1)).toEqual([job]);
  });

  it('that another process has taken abort the handler at the next heartbeat, and no end is told', async () => {
    const app = await start();
    const aborted = untilAborted(app);
    const told: EndedRunReport[] = [];
    app.module.get(JobReporter).ended = (run) => void told.push(run);
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    await app.handler.begun(1);
    const theirs = { claimToken: 'of another process', leaseUntil: new Date(Date.now() + 3_600_000) };
    await app.jobs.updateOne({}, { $set: theirs });
    expect(await aborted).toBeInstanceOf(LeaseLostError);
    await app.module.get(Claimer).stop();
    await app.module.get(WorkerPool).drain(60_000);
    expect(await app.jobs.findOne({})).toMatchObject({ status: 'processing', ...theirs });
    expect(told).toEqual([]);
  });

  it('that run out while the database is out of reach abort the handler', async () => {
    const of = config();
    const proxy = new CuttingProxy(of.database.uri!);
    closing.push(() => proxy.close());
    const app = await start({ ...of, database: { ...of.database, uri: await proxy.listen() } });
    const aborted = untilAborted(app);
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    await app.handler.begun(1);
    proxy.cutAt = commandBytes('update', 'jobs');
    expect(await aborted).toBeInstanceOf(LeaseLostError);
    proxy.cutAt = undefined;
    expect(proxy.cuts).toBeGreaterThan(0);
  });

  describe('after the database was away for longer than they last', () => {
    const EVERYTHING = Buffer.alloc(0);

    /** Two processes that reach the database by one way, which can be cut, and one that looks on. */
    async function startBehindProxy() {
      const of = config();
      const proxy = new CuttingProxy(of.database.uri!);
      closing.push(() => proxy.close());
      const cuttable = { ...of, database: { ...of.database, uri: await proxy.listen() } };
      const watcher = await start(of);
      watcher.module.get(QueueTimers).stop();
      await watcher.module.get(Claimer).stop();
      return { proxy, watcher, one: await start(cuttable), other: await start(cuttable) };
    }

    it('are given back by the process that lives, and no process counts as lost', async () => {
      const { proxy, watcher, one, other } = await startBehindProxy();
      await other.module.get(Claimer).stop();
      const aborted = untilAborted(one);
      await one.queue.enqueue([{ kind: 'work', payload: {} }]);
      await one.handler.begun(1);
      proxy.cutAt = EVERYTHING;
      expect(await aborted).toBeInstanceOf(LeaseLostError);
      one.handler.work = () => done({ result: 'second run' });
      const claims = one.module.get(JobClaimRepository);
      const settle = claims.settle.bind(claims);
      const isOver = async () =>
        (await watcher.jobs.countDocuments({ leaseUntil: { $gte: watcher.module.get(Clock).date() } })) === 0;
      // It comes last, after everybody has looked for lost jobs.
      const looked = new Promise<void>((resolve) => {
        claims.settle = async (runs) => {
          for (const { jobs } of [one, other]) await jobs.findOne({});
          // Not before: a heartbeat that waited for the database has lengthened it once more.
          await watcher.until(isOver);
          for (const { module } of [one, other, one, other]) await module.get(Rescuer).rescue();
          resolve();
          return settle(runs);
        };
      });
      proxy.cutAt = undefined;
      await looked;
      claims.settle = settle;
      const [job] = await watcher.settled(1);
      expect(job).toMatchObject({ attempts: 1, rescues: 0, outcome: { result: 'second run' } });
      expect(one.handler.runs.map(({ isFirstRun }) => isFirstRun)).toEqual([true, false]);
    });
  });

  it('that ran out while the machine stood still abort the handler, and those taken then last', async () => {
    const app = await start();
    const aborted = untilAborted(app);
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    await app.handler.begun(1);
    standStill(1.5 * LEASE_MS);
    expect(await aborted).toBeInstanceOf(LeaseLostError);
    const leases: Date[] = [];
    app.handler.work = async () => {
      leases.push((await app.jobs.findOne({}))!.leaseUntil!);
      return done({ result: 'second run' });
    };
    const [job] = await app.settled(1);
    expect(job).toMatchObject({ attempts: 1, rescues: 0, outcome: { result: 'second run' } });
    expect(leases[0]!.getTime()).toBeGreaterThan(Date.now());
  });

  it('that ran out while a job kept its process from everything else are left to the rescue, which counts', async () => {
    const app = await start();
    const aborted = untilAborted(app);
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    await app.handler.begun(1);
    await app.module.get(LeaseKeeper).renew();
    const until = performance.now() + 1.5 * LEASE_MS;
    while (performance.now() < until);
    expect(await aborted).toBeInstanceOf(LeaseLostError);
    app.handler.work = () => done({ result: 'second run' });
    const [job] = await app.settled(1);
    expect(job).toMatchObject({ attempts: 1, rescues: 1, outcome: { result: 'second run' } });
  });

  it('of a lost process run out also when the look for orphaned groups fails time and again', async () => {
    const app = await start();
    app.module.get(QueueTimers).stop();
    await app.module.get(Claimer).stop();
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const lost = { status: 'processing', attempts: 1, claimToken: 'lost', leaseUntil: new Date(0) } as const;
    await app.jobs.updateOne({}, { $set: lost });
    app.module.get(JobGroupRepository).unblockOrphaned = () => Promise.reject(new Error('no'));
    const rescuer = app.module.get(Rescuer);
    let heldOff = 0;
    rescuer.holdOff = () => void (heldOff += 1);
    await rescuer.rescue();
    await rescuer.rescue();
    expect(await app.jobs.findOne({})).toMatchObject({ status: 'pending', attempts: 0, rescues: 1 });
    expect(heldOff).toBe(1);
  });

  it('are not counted as lost when only the answer to the end of a run was', async () => {
    const app = await start();
    const claims = app.module.get(JobClaimRepository);
    const settle = claims.settle.bind(claims);
    claims.settle = async (runs) => {
      claims.settle = settle;
      await settle(runs);
      throw new Error('connection closed');
    };
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const counts = () => app.module.get(QueueCounters).sinceStart().counts;
    await app.until(async () => counts().completed + counts().leasesLost > 0);
    expect(counts()).toMatchObject({ completed: 1, leasesLost: 0 });
  });

  it('that run out between two heartbeats abort the handler then, though the database never answers', async () => {
    const app = await start();
    const clock = app.module.get(Clock);
    const claims = app.module.get(JobClaimRepository);
    const hanging = Object.assign(Object.create(claims) as JobClaimRepository, {
      renewLeases: () => new Promise<never>(() => {}),
    });
    const keeper = new LeaseKeeper(config().queue, clock, hanging);
    const controller = new AbortController();
    const aborted = new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
    keeper.keep({ id: 'a'.repeat(24), claimToken: 'token' }, clock.date(20), controller);
    void keeper.renew();
    await aborted;
    expect(controller.signal.reason).toBeInstanceOf(LeaseLostError);
  });

  it('are given back at once when the answer to the claim was lost', async () => {
    const app = await start(testConfig({ QUEUE_LEASE_MS: '60000' }));
    await app.module.get(Claimer).stop();
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const { collection } = app.module.get<Model<JobDocument>>(getModelToken(JOB_MODEL));
    const updateMany = collection.updateMany.bind(collection);
    collection.updateMany = (async (...args: Parameters<typeof updateMany>) => {
      collection.updateMany = updateMany;
      await updateMany(...args);
      throw new Error('connection closed');
    }) as typeof updateMany;
    app.module.get(Claimer).start();
    expect(await app.settled(1)).toMatchObject([{ status: 'completed', attempts: 1, rescues: 0 }]);
  });

  it('that ran out before the job could begin are given back', async () => {
    const clock = new ManualClock();
    const app = await start(config(), clock);
    await app.queue.enqueue([{ kind: 'work', payload: 'first' }]);
    await app.settled(1);
    await app.until(async () => app.module.get(Claimer).reservable > 0);
    const intake = app.module.get(JobIntakeRepository);
    const insert = intake.insert.bind(intake);
    intake.insert = async (jobs) => {
      intake.insert = insert;
      const results = await insert(jobs);
      clock.advance(LEASE_MS + 1);
      return results;
    };
    await app.queue.enqueue([{ kind: 'work', payload: 'second' }]);
    const [, job] = await app.settled(2);
    expect(job).toMatchObject({ status: 'completed', attempts: 1, rescues: 0 });
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['first', 'second']);
  });

  describe('at which two processes look', () => {
    const expiry = (now: Date) => ({ now, maxRescues: 3, expiresAt: now, limit: 10, spreadMs: 0 });

    async function claimed() {
      const clock = new ManualClock();
      const app = await start(config(), clock);
      app.module.get(QueueTimers).stop();
      // The rescue of the start looks at leases as well: it is over now.
      await app.module.get(Rescuer).rescue();
      await app.module.get(Claimer).stop();
      await app.queue.enqueue([{ kind: 'work', payload: {} }]);
      const claims = app.module.get(JobClaimRepository);
      const claim = async () => {
        const request = { limit: 1, now: clock.date(), leaseMs: LEASE_MS, worker: 'test' };
        const [job] = (await claims.claimBatch(request)).jobs;
        return { id: job!._id.toHexString(), claimToken: job!.claimToken! };
      };
      return { app, clock, claims, claim, first: await claim() };
    }

    it('let the one that lost its lease write nothing while the next one runs the job', async () => {
      const { app, clock, claims, claim, first } = await claimed();
      clock.advance(LEASE_MS + 1);
      await claims.rescueExpired(expiry(clock.date()));
      const second = await claim();
      const running = await app.jobs.findOne({});
      expect(running).toMatchObject({ status: 'processing', claimToken: second.claimToken });
      const transition = release(clock.date());
      expect(await claims.settle([{ claim: first, transition }])).toEqual({ errors: [null], matched: 0 });
      expect(await claims.renewLeases([first], clock.date(LEASE_MS))).toEqual([first]);
      await claims.giveBack([running!], first.claimToken);
      expect(await app.jobs.findOne({})).toEqual(running);
      expect(await claims.settle([{ claim: second, transition }])).toMatchObject({ matched: 1 });
    });

    it('are not shortened by a heartbeat that was held up and comes after the next one', async () => {
      const { app, clock, claims, first } = await claimed();
      expect(await claims.renewLeases([first], clock.date(3 * LEASE_MS))).toEqual([]);
      expect(await claims.renewLeases([first], clock.date(2 * LEASE_MS))).toEqual([]);
      expect(await app.jobs.findOne({})).toMatchObject({ leaseUntil: clock.date(3 * LEASE_MS) });
    });

    it('are not rescued when the heartbeat comes after they were found, before they are taken', async () => {
      const { app, clock, claims, first } = await claimed();
      clock.advance(LEASE_MS + 1);
      afterReadBy('leaseUntil', app, async () => {
        expect(await claims.renewLeases([first], clock.date(LEASE_MS))).toEqual([]);
      });
      expect(await claims.rescueExpired(expiry(clock.date()))).toMatchObject({ pending: 0, dead: 0 });
      expect(await app.jobs.findOne({})).toMatchObject({ status: 'processing', rescues: 0, attempts: 1 });
    });

    it('are rescued once, when both find them', async () => {
      const { app, clock, claims, claim } = await claimed();
      clock.advance(LEASE_MS + 1);
      afterReadBy('leaseUntil', app, async () => {
        expect(await claims.rescueExpired(expiry(clock.date()))).toMatchObject({ pending: 1 });
        await claim();
        clock.advance(LEASE_MS + 1);
      });
      expect(await claims.rescueExpired(expiry(clock.date(LEASE_MS + 2)))).toMatchObject({ pending: 0 });
      expect(await app.jobs.findOne({})).toMatchObject({ status: 'processing', rescues: 1, attempts: 1 });
    });

    it('are left alone for a while by a process that saw an outage, and no longer', async () => {
      const { app, clock, claims, first } = await claimed();
      const rescuer = app.module.get(Rescuer);
      const groups = app.module.get(JobGroupRepository);
      groups.unblockOrphaned = async () => {
        throw new Error('no connection');
      };
      await rescuer.rescue();
      Reflect.deleteProperty(groups, 'unblockOrphaned');
      clock.advance(LEASE_MS + 1);
      expect(await rescuer.rescue()).toBe(0);
      expect(await claims.settle([{ claim: first, transition: release(clock.date()) }])).toMatchObject({
        matched: 1,
      });
      const [again] = (
        await claims.claimBatch({ limit: 1, now: clock.date(), leaseMs: LEASE_MS, worker: 'killed' })
      ).jobs;
      expect(again).toMatchObject({ attempts: 1, rescues: 0 });
      clock.advance(LEASE_MS + 1);
      goBy(3 * LEASE_MS);
      expect(await rescuer.rescue()).toBe(1);
      expect(await app.jobs.findOne({})).toMatchObject({ status: 'pending', attempts: 0, rescues: 1 });
    });

    it.each([
      ['can not be renewed', () => Promise.reject(new Error('no connection'))],
      ['are renewed late', async () => (goBy(LEASE_MS), [])],
    ])('tell of an outage when they %s', async (_, renewLeases) => {
      const { clock, claims, first } = await claimed();
      const renewing = Object.assign(Object.create(claims) as JobClaimRepository, { renewLeases });
      const keeper = new LeaseKeeper(config().queue, clock, renewing);
      let told = 0;
      keeper.onOutage = () => (told += 1);
      keeper.keep(first, clock.date(LEASE_MS), new AbortController());
      await keeper.renew();
      expect(told).toBe(1);
    });

    it('tell of an outage when they are over, though the time is known and nothing failed', async () => {
      const { clock, claims, first } = await claimed();
      const keeper = new LeaseKeeper(config().queue, clock, claims);
      let told = 0;
      keeper.onOutage = () => (told += 1);
      keeper.keep(first, clock.date(LEASE_MS), new AbortController());
      await keeper.check();
      expect(told).toBe(0);
      clock.advance(LEASE_MS);
      await keeper.check();
      expect(told).toBe(1);
    });

    it('are not given to the second one that claims', async () => {
      const { app, clock, claims, first } = await claimed();
      await claims.settle([{ claim: first, transition: release(clock.date()) }]);
      const request = { limit: 1, now: clock.date(), leaseMs: LEASE_MS, worker: 'test' };
      let other: unknown[] = [];
      afterReadBy('order', app, async () => {
        other = (await claims.claimBatch(request)).jobs;
      });
      expect(await claims.claimBatch(request)).toEqual({ jobs: [], noneLeft: false });
      expect(other).toHaveLength(1);
      expect(await app.jobs.findOne({})).toMatchObject({ status: 'processing', attempts: 1 });
    });
  });
});
