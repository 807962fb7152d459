import { weekdays, type Schedule, type Weekday } from '../automation.types.js';

const MINUTES_A_DAY = 24 * 60;

/** Tells of a moment, in ms since the epoch, whether it is within the schedule. */
export type CompiledSchedule = (atMs: number) => boolean;

/**
 * A schedule that passes midnight (`from` after `to`) belongs to the day on which it begins: with `days: ["fri"]`,
 * 22:00 to 06:00 ends on Saturday morning. The clock is that of the time zone, summer time included: the hour that is
 * skipped in spring does not come, the one that is repeated in autumn counts twice.
 *
 * @throws {RangeError} for a time zone that is not known here
 */
export function compileSchedule({ timezone, days, from, to }: Schedule): CompiledSchedule {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const onDuty = new Set<Weekday>(days ?? weekdays);
  const begin = from === undefined ? 0 : minutesOf(from);
  const end = to === undefined ? MINUTES_A_DAY : minutesOf(to);
  return (atMs) => {
    const { day, minute } = wallClock(clock, atMs);
    if (begin < end) return onDuty.has(day) && minute >= begin && minute < end;
    return (onDuty.has(day) && minute >= begin) || (onDuty.has(dayBefore(day)) && minute < end);
  };
}

export function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function wallClock(clock: Intl.DateTimeFormat, atMs: number): { day: Weekday; minute: number } {
  const parts = new Map(clock.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = parts.get('weekday')!.toLowerCase() as Weekday;
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) };
}

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7]!;
