import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Connection } from 'mongoose';
import { DatabaseClock } from './database-clock.js';

interface Answer {
  errorMs: number;
  delayMs: number;
  meanwhile?: () => void;
}

/** A database whose answers are the time plus what is wrong with it, each with a delay after the time was read. */
function databaseAnswering(answers: Answer[]): Connection {
  const command = async () => {
    const { errorMs, delayMs, meanwhile } = answers.shift() ?? { errorMs: 0, delayMs: 0 };
    const localTime = new Date(Date.now() + errorMs);
    jest.advanceTimersByTime(delayMs);
    meanwhile?.();
    return { localTime };
  };
  return { db: { admin: () => ({ command }) } } as unknown as Connection;
}

async function clockOf(answers: Answer[]): Promise<DatabaseClock> {
  const clock = new DatabaseClock(databaseAnswering(answers), new SchedulerRegistry());
  await clock.onModuleInit();
  clock.onModuleDestroy();
  return clock;
}

const MINUTES_OFF = 120_000;
const right = { errorMs: MINUTES_OFF, delayMs: 0 };
const times = (count: number, answer: Answer) => Array.from({ length: count }, () => ({ ...answer }));

/** The wall clock alone, and with it the database's, as a monotonic clock that stood still sees it afterwards. */
const standStill = (ms: number) => jest.setSystemTime(Date.now() + ms);

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

  it('knows that it may be late once the machine stood still, and asks again', async () => {
    const clock = await clockOf(times(10, right));
    expect(clock.isInDoubt).toBe(false);
    standStill(MINUTES_OFF);
    expect(clock.isInDoubt).toBe(true);
    expect(clock.now() - Date.now()).toBeLessThan(20_000);
    expect(Math.abs(clock.latest() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
    await clock.assure();
    expect(clock.isInDoubt).toBe(false);
    expect(Math.abs(clock.now() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });

  it.each([-60_000, 60_000])('goes on as before when the clock was merely set by %i ms', async (ms) => {
    const notSet = { errorMs: MINUTES_OFF - ms, delayMs: 0 };
    const clock = await clockOf([...times(5, right), ...times(5, notSet)]);
    const before = clock.now();
    jest.setSystemTime(Date.now() + ms);
    expect(clock.isInDoubt).toBe(true);
    await clock.assure();
    expect(clock.isInDoubt).toBe(false);
    expect(clock.now()).toBe(before);
  });

  it('does not believe an answer during which the machine stood still', async () => {
    // By the monotonic clock it came soonest.
    const answers = [
      { ...right, meanwhile: () => standStill(60_000) },
      ...times(4, { ...right, delayMs: 20 }),
    ];
    const clock = await clockOf([...times(5, right), ...answers]);
    await clock.sync();
    expect(clock.isInDoubt).toBe(false);
    expect(Math.abs(clock.now() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });

  it('asks once more when it was asking already as the machine stood still', async () => {
    const late = { ...right, delayMs: 20 };
    let assured: Promise<void> | undefined;
    const clock = await clockOf([
      ...times(5, right),
      right,
      { ...late, meanwhile: () => standStill(60_000) },
      { ...late, meanwhile: () => (assured = clock.assure()) },
      ...times(2, late),
      ...times(5, right),
    ]);
    await clock.sync();
    expect(clock.isInDoubt).toBe(true);
    await assured;
    expect(clock.isInDoubt).toBe(false);
    expect(Math.abs(clock.now() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });

  it('stays in doubt for as long as the database does not answer', async () => {
    const connection = databaseAnswering(times(5, right));
    const clock = new DatabaseClock(connection, new SchedulerRegistry());
    await clock.onModuleInit();
    clock.onModuleDestroy();
    connection.db!.admin = () => {
      throw new Error('no connection');
    };
    standStill(MINUTES_OFF);
    await expect(clock.assure()).rejects.toThrow('no connection');
    expect(clock.isInDoubt).toBe(true);
    expect(Math.abs(clock.latest() - Date.now() - MINUTES_OFF)).toBeLessThan(20_000);
  });
});
