import { expect } from '@jest/globals';
import type { NewJob } from '../../../src/queue/job.types.js';
import { idOf, type Held, type QueueCommand, type Snapshot } from './model-queue.js';

export interface NewModelJob {
  kind: 'work' | 'unknown';
  group: number | undefined;
  dedup: number | undefined;
  limit: number | undefined;
  laterMs: number | undefined;
}

export const enqueue =
  (process: number, jobs: NewModelJob[], reservable: number): QueueCommand =>
  async (queue) => {
    const now = queue.clock.now();
    const newJobs = jobs.map(({ kind, group, dedup, limit, laterMs }): NewJob => ({
      kind,
      payload: { of: 'the model' },
      ...(group !== undefined && { groupKey: `group ${group}` }),
      ...(dedup !== undefined && { dedupKey: `key ${dedup}` }),
      ...(limit !== undefined && { limitKey: queue.limitKey(`limit ${limit}`) }),
      ...(laterMs !== undefined && { runAt: new Date(now + laterMs) }),
    }));
    const claimed: Held[] = [];
    const { result, before } = await queue.step('enqueue', () =>
      queue.intake.store(newJobs, reservable, (job) => claimed.push(job as Held)),
    );
    const stored = result.filter((one) => one.result === 'inserted').map(({ job }) => idOf(job));
    const added = [...queue.jobs.keys()].filter((id) => !before.has(id));
    expect(stored.toSorted()).toEqual(added.toSorted());
    const keys = (snapshot: Snapshot) =>
      new Set([...snapshot.values()].flatMap(({ dedupKey }) => dedupKey ?? []));
    const wanted = newJobs.flatMap(({ dedupKey }) => dedupKey ?? []);
    expect(keys(queue.jobs)).toEqual(new Set([...keys(before), ...wanted]));
    const unkeyed = newJobs.filter(({ dedupKey }) => dedupKey === undefined).length;
    expect(added).toHaveLength(unkeyed + keys(queue.jobs).size - keys(before).size);
    expect(claimed.length).toBeLessThanOrEqual(reservable);
    queue.inOrder.push(
      ...added.filter((id) => newJobs[result.findIndex(({ job }) => idOf(job) === id)]!.runAt === undefined),
    );
    queue.begin(process, claimed);
  };
