import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Claimer } from '../../src/queue/claimer.js';
import { JobClaimRepository } from '../../src/queue/job-claim.repository.js';
import { JobGroupRepository } from '../../src/queue/job-group.repository.js';
import { toDocument } from '../../src/queue/job-intake.repository.js';
import { JOB_MODEL, type JobDocument } from '../../src/queue/job.schema.js';
import { done, retry } from '../../src/queue/job.types.js';
import { ParkingService } from '../../src/queue/parking.service.js';
import { QueueTimers } from '../../src/queue/queue-timers.js';
import { Rescuer } from '../../src/queue/rescuer.js';
import { StuckGroupRepository } from '../../src/queue/stuck-group.repository.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

describe('groups that hold up', () => {
  let app: QueueApp;
  afterEach(() => app.close());

  it('lists groups whose first job does not end, the longest stuck first, and how many wait behind', async () => {
    const clock = new ManualClock();
    app = await QueueApp.start(testConfig(), clock);
    const stuck = app.module.get(StuckGroupRepository);
    app.handler.work = async (job) => {
      if (job.payload === 'first of a') return done();
      return retry('graph_transient', 'no answer', 3_600_000);
    };
    const started = clock.date();
    await app.module.get(ParkingService).park('parked', { reason: 'test' });
    const job = (payload: string, groupKey: string, limitKey?: string) => ({
      kind: 'work',
      payload,
      groupKey,
      ...(limitKey && { limitKey }),
    });
    await app.queue.enqueue([
      job('first', 'b'),
      job('second', 'b'),
      job('third', 'b'),
      job('alone', 'c'),
      job('first', 'd', 'parked'),
      job('second', 'd'),
    ]);
    const failing = (count: number) =>
      app.until(async () => (await app.jobs.countDocuments({ 'errors.0': { $exists: true } })) === count);
    await failing(2);
    await app.until(async () => (await app.jobs.countDocuments({ parked: 'parked' })) === 1);
    clock.advance(60_000);
    await app.queue.enqueue([job('first of a', 'a'), job('second', 'a'), job('third', 'a')]);
    await failing(3);
    const all = await stuck.find({ before: clock.date(1), limit: 10 });
    expect(all).toMatchObject({ total: 3, complete: true });
    const heads = all.groups.map(({ groupKey, since, waiting, head }) => ({
      groupKey,
      since,
      waiting,
      status: head.status,
      error: head.lastError?.code,
    }));
    expect(heads.slice(0, 2).toSorted((a, b) => a.groupKey.localeCompare(b.groupKey))).toEqual([
      { groupKey: 'b', since: started, waiting: 2, status: 'pending', error: 'graph_transient' },
      { groupKey: 'd', since: started, waiting: 1, status: 'parked', error: undefined },
    ]);
    expect(heads[2]).toEqual({
      groupKey: 'a',
      since: clock.date(),
      waiting: 1,
      status: 'pending',
      error: 'graph_transient',
    });
    const old = await stuck.find({ before: clock.date(), limit: 1 });
    expect(old.total).toBe(2);
    expect(old.groups).toHaveLength(1);
    await app.module.get(ParkingService).release('parked');
  });

  it('reads no more for other jobs, however many wait in one group', async () => {
    app = await QueueApp.start(testConfig());
    await app.module.get(Claimer).stop();
    app.module.get(QueueTimers).stop();
    const now = new Date();
    const inGroup = (groupKey: string, rest: Partial<JobDocument>) => ({
      ...toDocument({ kind: 'work', payload: {}, groupKey }, now),
      ...rest,
    });
    const jobs = app.module.get<Model<JobDocument>>(getModelToken(JOB_MODEL)).collection;
    await jobs.insertOne(
      inGroup('hot', {
        groupLock: 'hot',
        status: 'processing',
        leaseUntil: new Date(now.getTime() + 3_600_000),
      }),
    );
    for (let n = 0; n < 20; n += 1) {
      const batch = Array.from({ length: 5000 }, () => inGroup('hot', { blocked: true }));
      await jobs.insertMany(batch, { ordered: false });
    }
    await jobs.insertMany(
      Array.from({ length: 50 }, (_, n) => inGroup(`quiet ${n}`, { groupLock: `quiet ${n}` })),
    );
    await jobs.insertMany(Array.from({ length: 50 }, (_, n) => inGroup(`quiet ${n}`, { blocked: true })));
    const finds = recordFinds(jobs);

    const claim = { limit: 180, now, leaseMs: 60_000, worker: 'test' };
    const groups = app.module.get(JobGroupRepository);
    const quiet = Array.from({ length: 50 }, (_, n) => `quiet ${n}`);
    expect((await app.module.get(JobClaimRepository).claimBatch(claim)).jobs).toHaveLength(50);
    expect(await groups.unblock(['hot', ...quiet])).toBe(0);
    expect((await groups.withBlocked(['hot', ...quiet])).size).toBe(51);
    expect(await groups.unblockOrphaned()).toMatchObject({ due: 0 });
    const stuck = await app.module
      .get(StuckGroupRepository)
      .find({ before: new Date(Date.now() + 1), limit: 5 });
    expect(stuck.total).toBe(51);
    const read = await finds.examined();
    expect(read.length).toBeGreaterThan(6);
    for (const each of read) expect(each).toBeLessThanOrEqual(500);
    expect(read.reduce((sum, each) => sum + each, 0)).toBeLessThan(5000);
  }, 120_000);

  it('finds one that nobody holds among any number that wait, a page at a time, some pages in a look', async () => {
    app = await QueueApp.start(testConfig({ QUEUE_LEASE_MS: '1000' }));
    await app.module.get(Claimer).stop();
    app.module.get(QueueTimers).stop();
    const rescuer = app.module.get(Rescuer);
    await rescuer.rescue();
    const now = new Date();
    const store = (count: number, rest: (groupKey: string) => Partial<JobDocument>) =>
      app.jobs.insertMany(
        Array.from({ length: count }, (_, n) => {
          const groupKey = `chat ${String(n).padStart(4, '0')}`;
          return { ...toDocument({ kind: 'work', payload: {}, groupKey }, now), ...rest(groupKey) };
        }),
      );
    await store(900, (groupLock) => ({ groupLock, runAt: new Date(now.getTime() + 3_600_000) }));
    await store(901, () => ({ blocked: true }));
    await store(901, () => ({ blocked: true }));
    const jobs = app.module.get<Model<JobDocument>>(getModelToken(JOB_MODEL)).collection;
    const find = jobs.find.bind(jobs);
    const asked: number[] = [];
    jobs.find = ((filter: { groupLock?: { $in: string[] } }, ...rest: never[]) => {
      const cursor = find(filter as never, ...rest);
      const toArray = cursor.toArray.bind(cursor);
      if (!filter.groupLock) return cursor;
      asked.push(filter.groupLock.$in.length);
      // So slow that one page is a look.
      cursor.toArray = async () => (await sleep(20), toArray());
      return cursor;
    }) as typeof find;
    let due = 0;
    for (let looks = 0; looks < 12; looks += 1) due += await rescuer.rescue();
    expect(due).toBe(1);
    expect(await app.jobs.findOne({ groupLock: 'chat 0900' })).toMatchObject({ blocked: false });
    expect(Math.max(...asked)).toBeLessThanOrEqual(200);
    expect(asked).toHaveLength(12);
  });

  it('reads no more jobs than it claims, however many are due', async () => {
    app = await QueueApp.start(testConfig());
    await app.module.get(Claimer).stop();
    app.module.get(QueueTimers).stop();
    const now = new Date();
    const jobs = app.module.get<Model<JobDocument>>(getModelToken(JOB_MODEL)).collection;
    const due = Array.from({ length: 5000 }, () => toDocument({ kind: 'work', payload: {} }, now));
    await jobs.insertMany(due, { ordered: false });
    const finds = recordFinds(jobs);
    const claim = { limit: 10, now, leaseMs: 60_000, worker: 'test' };
    expect((await app.module.get(JobClaimRepository).claimBatch(claim)).jobs).toHaveLength(10);
    for (const each of await finds.examined()) expect(each).toBeLessThanOrEqual(11);
  });
});

interface Explained {
  executionStats: { totalKeysExamined: number; totalDocsExamined: number };
}

/** From now on keeps what is looked for; then tells how many keys or documents each of these queries examines. */
function recordFinds(jobs: Model<JobDocument>['collection']): { examined: () => Promise<number[]> } {
  const cursors: { clone(): { explain(verbosity: string): Promise<unknown> } }[] = [];
  const find = jobs.find.bind(jobs);
  jobs.find = ((...args: Parameters<typeof find>) => {
    const cursor = find(...args);
    cursors.push(cursor as never);
    return cursor;
  }) as typeof jobs.find;
  const examined = async () => {
    jobs.find = find;
    const plans = await Promise.all(cursors.map((cursor) => cursor.clone().explain('executionStats')));
    return (plans as Explained[]).map(({ executionStats }) =>
      Math.max(executionStats.totalKeysExamined, executionStats.totalDocsExamined),
    );
  };
  return { examined };
}
