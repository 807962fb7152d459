import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { QueueCounters } from './queue-counters.js';
import type { MinuteChange, QueueMinuteRepository } from './queue-minute.repository.js';
import type { QueueTotalsRepository } from './queue-totals.repository.js';

class FixedClock extends Clock {
  now(): number {
    return 1_800_000_000_000;
  }
}

/** Minutes that are written when the test says so, or fail. */
function heldMinutes() {
  const writes: { change: MinuteChange; end: (error?: Error) => void }[] = [];
  const add = (_minute: Date, change: MinuteChange) =>
    new Promise<void>((resolve, reject) => {
      writes.push({ change, end: (error) => (error ? reject(error) : resolve()) });
    });
  return { writes, minutes: { add, setTop: async () => {} } as unknown as QueueMinuteRepository };
}

describe('QueueCounters', () => {
  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

  it('adds what could not be written to the next write once, also when it was read meanwhile', async () => {
    const { writes, minutes } = heldMinutes();
    const totals = { add: async () => {} } as unknown as QueueTotalsRepository;
    const counters = new QueueCounters(new FixedClock(), minutes, totals);
    const complete = () =>
      counters.runEnded({ kind: 'message', limitKey: undefined, attempts: 1 }, { kind: 'completed' }, 1);
    complete();
    const failing = counters.flush();
    complete();
    expect(counters.sinceStart().counts.completed).toBe(2);
    writes[0]!.end(new Error('the database is away'));
    await failing;
    const flushing = counters.flush();
    expect(writes[1]!.change.kinds.get('message')).toEqual({ completed: 2, dead: 0 });
    expect(writes[1]!.change.counts.completed).toBe(2);
    writes[1]!.end();
    await flushing;
    expect(counters.sinceStart().counts.completed).toBe(2);
  });
});
