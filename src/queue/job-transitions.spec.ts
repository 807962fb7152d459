import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { discard, done, retry, snooze, type JobResult } from './job.types.js';
import { handBack, leaveToOthers, park, release, transitionFor, type Transition } from './job-transitions.js';

const policy = {
  maxAttempts: 3,
  backoffMs: 1000,
  completedRetentionMs: 48 * 3_600_000,
  deadRetentionMs: 720 * 3_600_000,
};
const now = new Date(1_800_000_000_000);
const run = { attempts: 1, worker: 'host:1' };

const results = fc.oneof(
  fc.constant<JobResult>(done({ result: 'answered' })),
  fc.nat(100_000).map((afterMs) => retry('code', 'message', afterMs)),
  fc.date({ noInvalidDate: true }).map((until) => snooze(until, 'quota')),
  fc.constant<JobResult>(discard('code', 'message')),
);

describe('transitionFor', () => {
  it('sheds the payload and the claim of a completed job, and keeps its outcome for two days', () => {
    expect(transitionFor(run, done({ result: 'answered' }), policy, now)).toEqual({
      kind: 'completed',
      outcome: { result: 'answered' },
      leavesGroup: true,
      update: {
        $set: {
          status: 'completed',
          outcome: { result: 'answered' },
          finishedAt: now,
          expiresAt: new Date(now.getTime() + policy.completedRetentionMs),
        },
        $unset: {
          payload: 1,
          groupLock: 1,
          lockedAt: 1,
          claimToken: 1,
          claimedAt: 1,
          leaseUntil: 1,
          worker: 1,
          awaitsLimit: 1,
        },
      },
    });
  });

  it('keeps the group lock of a job that will be tried again, so that none overtakes it', () => {
    const { kind, leavesGroup, update } = transitionFor(run, retry('code', 'message'), policy, now);
    expect({ kind, leavesGroup }).toEqual({ kind: 'retried', leavesGroup: false });
    expect(update.$unset).not.toHaveProperty('groupLock');
  });

  it('lets a job die with the last of its attempts, not before', () => {
    const kinds = [1, 2, 3].map((attempts) => transitionFor({ attempts }, retry('c', 'm'), policy, now).kind);
    expect(kinds).toEqual(['retried', 'retried', 'dead']);
  });

  it('cuts long error messages', () => {
    const { update } = transitionFor(run, discard('code', 'x'.repeat(5000)), policy, now);
    expect(update.$push).toMatchObject({ errors: { message: 'x'.repeat(1000) } });
  });

  it('always gives up the claim, and leaves the group exactly when the job is finished', () => {
    fc.assert(
      fc.property(results, fc.integer({ min: 1, max: 5 }), (result, attempts) => {
        const { kind, leavesGroup, update } = transitionFor({ attempts }, result, policy, now);
        expect(update.$unset).toMatchObject({ claimToken: 1, leaseUntil: 1 });
        const finished = kind === 'completed' || kind === 'dead';
        expect(leavesGroup).toBe(finished);
        expect('groupLock' in update.$unset!).toBe(finished);
        expect('expiresAt' in update.$set!).toBe(finished);
      }),
    );
  });

  it('spends no attempt on a snooze or a hand-back', () => {
    expect(transitionFor(run, snooze(now, 'quota'), policy, now).update.$inc).toEqual({ attempts: -1 });
    expect(release(now).update.$inc).toEqual({ attempts: -1 });
    expect(release(now).update).not.toHaveProperty('$push');
  });

  it('leaves a job to be charged to its limit exactly when its run has not begun', () => {
    const isCharged = ({ update }: Transition) => 'awaitsLimit' in update.$unset!;
    expect([handBack(now), leaveToOthers(now), park('key')].map(isCharged)).toEqual([false, false, false]);
    const begun = [release(now), transitionFor(run, retry('code', 'message'), policy, now)];
    expect(begun.map(isCharged)).toEqual([true, true]);
  });
});
