import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Connection } from 'mongoose';
import { DatabaseClock } from './database-clock.js';

/** A database whose answers are the time plus what is wrong with it, each with a delay after the time was read. */
function databaseAnswering(answers: { errorMs: number; delayMs: number }[]): Connection {
  const command = async () => {
    const { errorMs, delayMs } = answers.shift() ?? { errorMs: 0, delayMs: 0 };
    const localTime = new Date(Date.now() + errorMs);
    jest.advanceTimersByTime(delayMs);
    return { localTime };
  };
  return { db: { admin: () => ({ command }) } } as unknown as Connection;
}

async function clockOf(answers: { errorMs: number; delayMs: number }[]): Promise<DatabaseClock> {
  const clock = new DatabaseClock(databaseAnswering(answers), new SchedulerRegistry());
  await clock.onModuleInit();
  clock.onModuleDestroy();
  return clock;
}

const MINUTES_OFF = 120_000;
const right = { errorMs: MINUTES_OFF, delayMs: 0 };
const times = (count: number, answer: { errorMs: number; delayMs: number }) =>
  Array.from({ length: count }, () => ({ ...answer }));

describe('DatabaseClock', () => {
  // Its clocks stand still but for what an answer takes.
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('believes the answer that came back soonest', async () => {
    const late = { errorMs: MINUTES_OFF + 40_000, delayMs: 30 };
    const clock = await clockOf([late, late, right, late, late]);
    expect(Math.abs(clock.now() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });

  it('keeps the last offset when all answers take too long', async () => {
    const slow = { errorMs: -MINUTES_OFF, delayMs: 510 };
    const clock = await clockOf([...times(5, right), ...times(5, slow)]);
    await clock.sync();
    expect(Math.abs(clock.now() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });

  it('takes a slow answer rather than the clock of the machine when it knows nothing better', async () => {
    const clock = await clockOf(times(5, { errorMs: MINUTES_OFF, delayMs: 510 }));
    expect(Math.abs(clock.now() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });
});
