import { expect } from '@jest/globals';
import { idOf, picked, type QueueCommand } from './model-queue.js';

export const reset =
  (olderThanMs: number): QueueCommand =>
  async (queue) => {
    const until = queue.clock.date(-olderThanMs);
    const { result, before } = await queue.step('reset', () =>
      queue.claims.resetStuck(until, queue.clock.date()),
    );
    const old = [...before.values()].filter(
      ({ status, claimedAt }) => status === 'processing' && claimedAt! < until,
    );
    expect(result).toBe(old.length);
  };

export const ofDead =
  (step: 'redrive' | 'discard dead', n: number): QueueCommand =>
  async (queue) => {
    const job = picked(
      [...queue.jobs.values()].filter(({ status }) => status === 'dead'),
      n,
    );
    if (!job) return;
    const id = idOf(job);
    const { deadLetters } = queue;
    const { result } = await queue.step(step, () =>
      step === 'redrive' ? deadLetters.redriveOne(id, 'model') : deadLetters.discardOne(id, 'model'),
    );
    expect(result).toBe(true);
    if (step === 'redrive') queue.inOrder = queue.inOrder.filter((other) => other !== id);
  };

export const park =
  (key: number, forMs: number | undefined): QueueCommand =>
  async (queue) => {
    const until = forMs === undefined ? {} : { until: queue.clock.date(forMs) };
    await queue.parking.park(queue.limitKey(`limit ${key}`), { reason: 'model', ...until });
  };

export const release =
  (key: number): QueueCommand =>
  async (queue) => {
    await queue.step('release key', () => queue.parking.release(queue.limitKey(`limit ${key}`)));
  };

export const refreshParking = (): QueueCommand => async (queue) => {
  await queue.step('release key', () => queue.parking.refresh());
};
