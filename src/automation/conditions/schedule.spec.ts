import { describe, expect, it } from '@jest/globals';
import { compileSchedule } from './schedule.js';

const within = (schedule: Parameters<typeof compileSchedule>[0], at: string) =>
  compileSchedule(schedule)(Date.parse(at));

describe('compileSchedule', () => {
  const office = { timezone: 'Europe/Berlin', days: ['mon', 'fri'] as const, from: '09:00', to: '18:00' };

  it.each([
    ['at its first minute', '2026-03-02T08:00:00Z', true],
    ['before it', '2026-03-02T07:59:59Z', false],
    ['in its last second', '2026-03-02T16:59:59Z', true],
    ['at its end', '2026-03-02T17:00:00Z', false],
    ['on another day', '2026-03-03T10:00:00Z', false],
    ['in summer time, an hour earlier', '2026-07-06T07:00:00Z', true],
  ])('follows the clock of its time zone: %s', (_when, at, expected) => {
    expect(within({ ...office, days: [...office.days] }, at)).toBe(expected);
  });

  it.each([
    ['in the evening of its day', '2026-03-06T23:30:00Z', true],
    ['in the morning after', '2026-03-07T05:59:00Z', true],
    ['at its end', '2026-03-07T06:00:00Z', false],
    ['in the morning before its day', '2026-03-06T05:00:00Z', false],
    ['in the evening after its day', '2026-03-07T23:00:00Z', false],
  ])('over midnight belongs to the day on which it begins: %s', (_when, at, expected) => {
    expect(within({ timezone: 'UTC', days: ['fri'], from: '22:00', to: '06:00' }, at)).toBe(expected);
  });

  it('passes from Sunday to Monday', () => {
    const schedule = { timezone: 'UTC', days: ['sun' as const], from: '20:00', to: '02:00' };
    expect(within(schedule, '2026-03-09T01:00:00Z')).toBe(true);
    expect(within(schedule, '2026-03-08T01:00:00Z')).toBe(false);
  });

  it('knows days only, or times only', () => {
    expect(within({ timezone: 'Asia/Tokyo', days: ['tue'] }, '2026-03-02T15:00:00Z')).toBe(true);
    expect(within({ timezone: 'Asia/Tokyo', days: ['tue'] }, '2026-03-02T14:59:59Z')).toBe(false);
    expect(within({ timezone: 'UTC', from: '12:00' }, '2026-03-02T11:59:00Z')).toBe(false);
    expect(within({ timezone: 'UTC', to: '12:00' }, '2026-03-02T11:59:00Z')).toBe(true);
    expect(within({ timezone: 'UTC' }, '2026-03-02T11:59:00Z')).toBe(true);
  });

  it('comes to the hour that summer time skips neither early nor late', () => {
    const schedule = { timezone: 'Europe/Berlin', from: '02:30', to: '04:00' };
    expect(within(schedule, '2026-03-29T00:59:59Z')).toBe(false);
    expect(within(schedule, '2026-03-29T01:00:00Z')).toBe(true);
  });
});
