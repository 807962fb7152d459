import { expect } from '@jest/globals';
import { claimableUntil } from '../../../src/queue/claim-order.js';
import type { JobDocument } from '../../../src/queue/job.schema.js';
import { discard, done, retry, snooze, type JobResult } from '../../../src/queue/job.types.js';
import type { Transition, TransitionKind } from '../../../src/queue/job-transitions.js';
import { ShutdownError } from '../../../src/queue/queue.errors.js';
import { idOf, LEASE_MS, picked, type Held, type ModelQueue, type QueueCommand } from './model-queue.js';
import type { Step } from './transition-table.js';

export type Ending = 'done' | 'retry' | 'snooze' | 'discard' | 'interrupted';

const STEP_OF: Record<Exclude<TransitionKind, 'dead'>, Step> = {
  completed: 'done',
  retried: 'retry',
  snoozed: 'snooze',
  deferred: 'defer',
  parked: 'park',
  released: 'release',
};

const byClaimOrder = (a: JobDocument, b: JobDocument) =>
  a.order.getTime() - b.order.getTime() || (idOf(a) < idOf(b) ? -1 : 1);

export const claim =
  (process: number, limit: number, crashed: boolean): QueueCommand =>
  async (queue) => {
    const now = queue.clock.date();
    const { result: batch, before } = await queue.step('claim', () =>
      queue.claims.claimBatch({ limit, now, leaseMs: LEASE_MS, worker: `process ${process}` }),
    );
    const { jobs: result, noneLeft } = batch;
    const due = [...before.values()].filter(
      ({ status, blocked, order }) => status === 'pending' && !blocked && order <= claimableUntil(now),
    );
    expect(result.map(idOf)).toEqual(due.toSorted(byClaimOrder).slice(0, limit).map(idOf));
    expect(noneLeft).toBe(due.length < limit);
    if (crashed) return;
    const admitted = await queue.step('admit', () => queue.groups.admit(result));
    expect(admitted.result.every((job) => queue.holds(job as Held))).toBe(true);
    queue.begin(process, admitted.result as Held[]);
  };

/** The handler ends, and its process writes that; if it is killed just then, nobody looks for who is next. */
export const end =
  (process: number, n: number, ending: Ending, crashed: boolean): QueueCommand =>
  async (queue) => {
    const job = picked(queue.processes[process]!, n);
    if (!job) return;
    const transition = await transitionOf(queue, job, ending);
    const step = transition.kind === 'dead' ? (ending as Step) : STEP_OF[transition.kind];
    const held = queue.holds(job);
    const { result, before } = await queue.step(step, () =>
      queue.claims.settle([{ claim: claimOf(job), transition }]),
    );
    expect(result).toEqual({ errors: [null], matched: held ? 1 : 0 });
    if (!held) expect(queue.jobs).toEqual(before);
    queue.processes[process] = queue.processes[process]!.filter((one) => one !== job);
    if (transition.leavesGroup && job.groupKey && !crashed) {
      await queue.step('unblock', () => queue.groups.unblock([job.groupKey!]));
    }
  };

async function transitionOf(queue: ModelQueue, job: Held, ending: Ending): Promise<Transition> {
  const results: Record<Ending, JobResult> = {
    done: done({ result: 'answered' }),
    retry: retry('busy', 'later'),
    snooze: snooze(queue.clock.date(5000), 'quota'),
    discard: discard('refused', 'for good'),
    interrupted: done(),
  };
  const controller = new AbortController();
  queue.app.handler.work = () => {
    if (ending === 'interrupted') throw controller.signal.reason;
    return results[ending];
  };
  if (ending === 'interrupted') controller.abort(new ShutdownError());
  return queue.runner.complete(job, await queue.runner.run(job, controller.signal));
}

/** The database is back after all leases have run out: each process that lives gives back what is still its own. */
export const giveBack = (): QueueCommand => async (queue) => {
  for (const [process, lost] of queue.processes.entries()) {
    const transition = queue.runner.giveBack();
    const { result, before } = await queue.step('give back', () =>
      queue.claims.settle(lost.map((job) => ({ claim: claimOf(job), transition }))),
    );
    const own = lost.filter(({ _id, claimToken }) => before.get(String(_id))?.claimToken === claimToken);
    expect(result.matched).toBe(own.length);
    for (const job of own) expect(queue.jobs.get(idOf(job))).toMatchObject({ status: 'pending' });
    queue.processes[process] = [];
  }
};

export const heartbeat =
  (process: number): QueueCommand =>
  async (queue) => {
    const held = queue.processes[process]!;
    const leaseUntil = queue.clock.date(LEASE_MS);
    const expected = held.filter((job) => !queue.holds(job)).map(idOf);
    const { result } = await queue.step('heartbeat', () =>
      queue.claims.renewLeases(held.map(claimOf), leaseUntil),
    );
    expect(result.map(({ id }) => id)).toEqual(expected);
    queue.processes[process] = held.filter((job) => queue.holds(job));
    for (const job of queue.processes[process])
      expect(queue.jobs.get(idOf(job))!.leaseUntil).toEqual(leaseUntil);
  };

/** All processes claim, and send their heartbeats, at the same time, while somebody looks for lost jobs. */
export const race =
  (limit: number): QueueCommand =>
  async (queue) => {
    const now = queue.clock.date();
    const claimAndAdmit = async (process: number) => {
      const worker = `process ${process}`;
      const { jobs } = await queue.claims.claimBatch({ limit, now, leaseMs: LEASE_MS, worker });
      return (await queue.groups.admit(jobs)) as Held[];
    };
    const beat = async (held: Held[]) => {
      const lost = await queue.claims.renewLeases(held.map(claimOf), queue.clock.date(LEASE_MS));
      const lostTokens = new Set(lost.map(({ id, claimToken }) => `${id} ${claimToken}`));
      return held.filter((job) => !lostTokens.has(`${idOf(job)} ${job.claimToken}`));
    };
    const processes = [...queue.processes];
    const [, kept, claimed] = await Promise.all([
      queue.rescuer.rescue(),
      Promise.all(processes.map(beat)),
      Promise.all(processes.map((_, process) => claimAndAdmit(process))),
    ]);
    await queue.look();
    expect(kept.flat().filter((job) => !queue.holds(job))).toEqual([]);
    queue.processes = kept;
    for (const [process, jobs] of claimed.entries()) {
      expect(jobs.every((job) => queue.holds(job))).toBe(true);
      queue.begin(process, jobs);
    }
  };

const claimOf = (job: Held) => ({ id: idOf(job), claimToken: job.claimToken });
