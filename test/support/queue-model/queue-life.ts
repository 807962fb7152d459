import { expect } from '@jest/globals';
import fc from 'fast-check';
import { enqueue, type NewModelJob } from './intake-commands.js';
import { LEASE_MS, type ModelQueue, type QueueCommand } from './model-queue.js';
import { ofDead, park, refreshParking, release, reset } from './operator-commands.js';
import { claim, end, giveBack, heartbeat, race, type Ending } from './run-commands.js';

const advance =
  (ms: number): QueueCommand =>
  async (queue) =>
    queue.clock.advance(ms);

/** A process is gone, with all that it knew. */
const crash =
  (process: number): QueueCommand =>
  async (queue) => {
    queue.processes[process] = [];
  };

const rescue = (): QueueCommand => async (queue) => {
  const now = queue.clock.date();
  const { before } = await queue.step('rescue', () => queue.rescuer.rescue());
  const rescued = [...before].filter(([id, { rescues }]) => queue.jobs.get(id)!.rescues > rescues);
  const expired = [...before].filter(
    ([, { status, leaseUntil }]) => status === 'processing' && leaseUntil! < now,
  );
  expect(rescued.map(([id]) => id)).toEqual(expired.map(([id]) => id));
  const jobs = [...queue.jobs.values()];
  const locked = new Set(jobs.map(({ groupLock }) => groupLock));
  const waiting = jobs.filter(({ blocked, parked }) => blocked && parked === undefined);
  expect(waiting.filter(({ groupKey }) => !locked.has(groupKey))).toEqual([]);
};

/** Leases run out unseen: what the processes believe to hold goes to another one. */
const takeOver =
  (process: number): QueueCommand =>
  async (queue) => {
    await advance(LEASE_MS + 1)(queue);
    await rescue()(queue);
    await advance(LEASE_MS)(queue);
    await claim(process, 100, false)(queue);
  };

/** The database is away until all leases are over. Only what nobody is left to give back counts as lost by its process. */
const outage = (): QueueCommand => async (queue) => {
  await advance(LEASE_MS + 1)(queue);
  await giveBack()(queue);
  await rescue()(queue);
};

/** Whatever has happened: once nothing more goes wrong, everything comes to an end, in a bounded number of rounds. */
export async function everythingEnds(queue: ModelQueue): Promise<void> {
  for (const key of [0, 1]) await release(key)(queue);
  for (const process of queue.processes.keys()) await crash(process)(queue);
  for (let round = 0; round <= 2 * queue.jobs.size && queue.unended.length > 0; round += 1) {
    await advance(61_000)(queue);
    await rescue()(queue);
    await claim(0, 100, false)(queue);
    queue.processes[0] = queue.processes[0]!.filter(({ kind }) => kind !== 'unknown');
    while (queue.processes[0].length > 0) await end(0, 0, 'done', false)(queue);
    await queue.app.jobs.updateMany({ kind: 'unknown' }, { $set: { kind: 'work' } });
    await queue.look();
  }
}

const named = <A extends unknown[]>(
  make: (...args: A) => QueueCommand,
  ...values: { [K in keyof A]: fc.Arbitrary<A[K]> }
): fc.Arbitrary<QueueCommand> =>
  fc.tuple(...values).map((args) =>
    Object.assign(make(...(args as unknown as A)), {
      [fc.toStringMethod]: () => `${make.name}(${fc.stringify(args).slice(1, -1)})`,
    }),
  );

const process = fc.nat(2);
const key = fc.nat(1);
const n = fc.nat(5);
const seldom = fc.nat(4).map((draw) => draw === 0);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const newJob = fc.record<NewModelJob>({
  kind: fc.constantFrom('work', 'work', 'work', 'work', 'unknown'),
  group: maybe(fc.nat(1)),
  dedup: fc.option(fc.nat(20), { nil: undefined, freq: 1 }),
  limit: maybe(key),
  laterMs: fc.constantFrom(undefined, undefined, undefined, 5000, 90_000),
});
const newJobs = fc.array(newJob, { minLength: 1, maxLength: 4 });
const ending = fc.constantFrom<Ending>('done', 'done', 'retry', 'retry', 'snooze', 'discard', 'interrupted');
const some = fc.integer({ min: 1, max: 5 });

/** What happens to a queue: mostly jobs that come, are claimed and end, and between them all that can go wrong. */
export const queueLives: fc.Arbitrary<QueueCommand[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: named(enqueue, process, newJobs, fc.nat(3)) },
    { weight: 6, arbitrary: named(claim, process, some, seldom) },
    { weight: 10, arbitrary: named(end, process, n, ending, seldom) },
    { weight: 2, arbitrary: named(heartbeat, process) },
    { weight: 4, arbitrary: named(advance, fc.constantFrom(1, 1000, LEASE_MS + 1, 60_000)) },
    { weight: 2, arbitrary: named(crash, process) },
    { weight: 3, arbitrary: named(rescue) },
    { weight: 3, arbitrary: named(takeOver, process) },
    { weight: 2, arbitrary: named(outage) },
    { weight: 1, arbitrary: named(reset, fc.constantFrom(1, LEASE_MS)) },
    { weight: 2, arbitrary: named(ofDead, fc.constant('redrive'), n) },
    { weight: 1, arbitrary: named(ofDead, fc.constant('discard dead'), n) },
    { weight: 1, arbitrary: named(park, key, fc.constantFrom(undefined, 5000)) },
    { weight: 1, arbitrary: named(release, key) },
    { weight: 1, arbitrary: named(refreshParking) },
    { weight: 2, arbitrary: named(race, some) },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);
