import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JobClaimRepository } from '../../src/queue/job-claim.repository.js';
import { JobGroupRepository } from '../../src/queue/job-group.repository.js';
import { JobIntakeRepository, toDocument } from '../../src/queue/job-intake.repository.js';
import type { JobDocument } from '../../src/queue/job.schema.js';
import { park, release, transitionFor, type Transition } from '../../src/queue/job-transitions.js';
import { done } from '../../src/queue/job.types.js';
import { Claimer } from '../../src/queue/claimer.js';
import { ParkingTimer } from '../../src/queue/parking-timer.js';
import { Rescuer } from '../../src/queue/rescuer.js';
import { QueueTimers } from '../../src/queue/queue-timers.js';
import { afterReadBy, beforeUpdate } from '../support/between-steps.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

const LEASE_MS = 10_000;

/** Two processes at the same group, one of which has read what the other has changed since. */
describe('a group that two processes look at', () => {
  let app: QueueApp;
  let clock: ManualClock;
  let groups: JobGroupRepository;
  let claims: JobClaimRepository;

  beforeEach(async () => {
    clock = new ManualClock();
    app = await QueueApp.start(testConfig(), clock);
    app.module.get(QueueTimers).stop();
    await app.module.get(Claimer).stop();
    // Its look at parked keys would let go on what the tests set aside: no key of theirs is parked.
    await app.module.get(ParkingTimer).onModuleDestroy();
    // The rescue of the start reads groups as well: it is over now.
    await app.module.get(Rescuer).rescue();
    groups = app.module.get(JobGroupRepository);
    claims = app.module.get(JobClaimRepository);
  });

  afterEach(() => app.close());

  const inGroup = (rest: Partial<JobDocument>) => ({
    ...toDocument({ kind: 'work', payload: {}, groupKey: 'chat' }, clock.date()),
    ...rest,
  });

  const store = (...jobs: JobDocument[]) => app.module.get(JobIntakeRepository).insert(jobs);

  const claim = async () => {
    const request = { limit: 10, now: clock.date(), leaseMs: LEASE_MS, worker: 'test' };
    return (await claims.claimBatch(request)).jobs;
  };

  async function settle(job: JobDocument, transition: Transition): Promise<void> {
    const held = { id: job._id.toHexString(), claimToken: job.claimToken! };
    expect(await claims.settle([{ claim: held, transition }])).toMatchObject({ matched: 1 });
  }

  const expiry = () => ({
    now: clock.date(),
    maxRescues: 3,
    expiresAt: clock.date(),
    limit: 10,
    spreadMs: 0,
  });

  const completed = (job: JobDocument) => {
    const policy = { maxAttempts: 3, backoffMs: 1, completedRetentionMs: 1, deadRetentionMs: 1 };
    return transitionFor(job, done(), policy, clock.date());
  };

  it('does not give the lock to a job that has had it and ended in the meantime', async () => {
    await store(inGroup({ blocked: true }), inGroup({ blocked: true }));
    afterReadBy('groupLock', app, async () => {
      expect(await groups.unblock(['chat'])).toBe(1);
      const [job] = await claim();
      await settle(job!, completed(job!));
    });
    await groups.unblock(['chat']);
    expect(await app.jobs.countDocuments({ status: 'completed', groupLock: { $exists: true } })).toBe(0);
    await groups.unblockOrphaned();
    expect(await claim()).toHaveLength(1);
  });

  it('does not bring back a job that has had the lock and was parked in the meantime', async () => {
    await store(inGroup({ blocked: true, limitKey: 'a' }));
    afterReadBy('groupLock', app, async () => {
      expect(await groups.unblock(['chat'])).toBe(1);
      const [job] = await claim();
      await settle(job!, park('a'));
    });
    await groups.unblock(['chat']);
    expect(await claim()).toEqual([]);
    expect(await app.jobs.findOne({})).toMatchObject({ parked: 'a', blocked: true, groupLock: 'chat' });
  });

  it('does not say since when a job is first again, when it was first before', async () => {
    await store(inGroup({ blocked: true }));
    const since = clock.date();
    afterReadBy('groupLock', app, async () => {
      expect(await groups.unblock(['chat'])).toBe(1);
      const [job] = await claim();
      await settle(job!, release(clock.date()));
      clock.advance(60_000);
    });
    await groups.unblock(['chat']);
    expect(await app.jobs.findOne({})).toMatchObject({ status: 'pending', lockedAt: since });
  });

  it('does not give the lock to a job whose claim was lost before it was let in', async () => {
    await store(inGroup({}));
    const late = await claim();
    clock.advance(LEASE_MS + 1);
    expect(await claims.rescueExpired(expiry())).toMatchObject({ pending: 1 });
    const [job] = await groups.admit(await claim());
    await settle(job!, completed(job!));
    await groups.admit(late);
    expect(await app.jobs.findOne({})).not.toHaveProperty('groupLock');
    await store(inGroup({ groupLock: 'chat' }));
    expect(await claim()).toHaveLength(1);
  });

  it('puts no job back that another process has taken since it found the lock taken', async () => {
    await store(inGroup({ groupLock: 'chat', status: 'processing', claimToken: 'first' }), inGroup({}));
    const late = await claim();
    beforeUpdate(app, async () => {
      clock.advance(LEASE_MS + 1);
      await claims.rescueExpired(expiry());
      expect(await claim()).toHaveLength(1);
    });
    expect(await groups.admit(late)).toEqual([]);
    const job = await app.jobs.findOne({ _id: late[0]!._id });
    expect(job).toMatchObject({ status: 'processing', attempts: 1, rescues: 1 });
    expect(job!.claimToken).not.toBe(late[0]!.claimToken);
  });

  it('waits behind what waits there already, though nobody holds the lock', async () => {
    await store(inGroup({ blocked: true, payload: 'first' }));
    app.module.get(Claimer).start();
    await app.queue.enqueue([{ kind: 'work', payload: 'second', groupKey: 'chat' }]);
    app.module.get(Claimer).wake();
    await app.settled(2);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['first', 'second']);
  });
});
