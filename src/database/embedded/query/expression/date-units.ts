import { locationError, storeErrors } from '../../store.errors.js';
import { fromLocal, utcFromParts, type ZoneOffset } from './date-parts.js';

export type DateUnit =
  'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

const FIXED_MS: Partial<Record<DateUnit, number>> = {
  week: 7 * 86_400_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};

const MONTHS: Partial<Record<DateUnit, number>> = { month: 1, quarter: 3, year: 12 };

/** @throws StoreError FailedToParse (9) for what is no unit. */
export function parseUnit(text: string): DateUnit {
  if (Object.hasOwn(FIXED_MS, text) || Object.hasOwn(MONTHS, text)) return text as DateUnit;
  throw storeErrors.FailedToParse(`unknown time unit value: ${text}`);
}

/** Units whose length depends on the calendar or, for days, on the zone. */
function isLocal(unit: DateUnit): boolean {
  return MONTHS[unit] !== undefined || unit === 'day' || unit === 'week';
}

/** Adds units in a zone's calendar; a day that the month lacks becomes its last. */
export function addUnits(utcMs: number, unit: DateUnit, amount: number, offset: ZoneOffset): number {
  const fixed = FIXED_MS[unit];
  if (!isLocal(unit)) return checked(utcMs + amount * fixed!);
  const local = utcMs + offset(utcMs);
  if (fixed !== undefined) return checked(fromLocal(local + amount * fixed, offset));
  const date = new Date(local);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + amount * MONTHS[unit]!;
  const year = Math.floor(months / 12);
  const month = months - year * 12;
  const lastDay = new Date(utcFromParts(year, month + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  const timeOfDay = local - Math.floor(local / 86_400_000) * 86_400_000;
  return checked(fromLocal(utcFromParts(year, month, day) + timeOfDay, offset));
}

function checked(ms: number): number {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw storeErrors.Overflow('date overflow');
  return ms;
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** 0 for Sunday; names may be cut to three letters. */
export function parseWeekday(text: string): number {
  const lower = text.toLowerCase();
  const index = DAYS.findIndex((day) => day === lower || (lower.length === 3 && day.startsWith(lower)));
  if (index === -1) throw storeErrors.FailedToParse(`unknown day of week value: ${text}`);
  return index;
}

/** How many units lie between the start of time and a moment, in a zone's calendar: whole boundaries passed. */
function boundaries(utcMs: number, unit: DateUnit, offset: ZoneOffset, weekStart: number): number {
  const months = MONTHS[unit];
  const local = isLocal(unit) || unit === 'hour' || unit === 'minute' ? utcMs + offset(utcMs) : utcMs;
  if (months !== undefined) {
    const date = new Date(local);
    return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
  }
  // 1 January 1970 was a Thursday.
  const shift = unit === 'week' ? ((4 - weekStart + 7) % 7) * 86_400_000 : 0;
  return Math.floor((local + shift) / FIXED_MS[unit]!);
}

/** Boundaries of a unit between two moments. */
export function differenceInUnits(
  fromMs: number,
  toMs: number,
  unit: DateUnit,
  offset: ZoneOffset,
  weekStart: number,
): number {
  return boundaries(toMs, unit, offset, weekStart) - boundaries(fromMs, unit, offset, weekStart);
}

/** Bins are counted from the year 2000, as `$dateTrunc` does. */
const REFERENCE_MS = Date.UTC(2000, 0, 1);

/** The start of the bin of `size` units that holds a moment. */
export function truncateToUnit(
  utcMs: number,
  unit: DateUnit,
  size: number,
  offset: ZoneOffset,
  weekStart: number,
): number {
  if (!Number.isInteger(size) || size < 1)
    throw locationError(5_439_017, '$dateTrunc requires a positive binSize');
  const months = MONTHS[unit];
  const local = utcMs + offset(utcMs);
  if (months !== undefined) {
    const date = new Date(local);
    const bin = months * size;
    const since = (date.getUTCFullYear() - 2_000) * 12 + date.getUTCMonth();
    return fromLocal(utcFromParts(2_000, Math.floor(since / bin) * bin), offset);
  }
  // The first such weekday of the year 2000, which began on a Saturday.
  const start = unit === 'week' ? REFERENCE_MS + ((weekStart - 6 + 7) % 7) * 86_400_000 : REFERENCE_MS;
  const bin = FIXED_MS[unit]! * size;
  const binned = start + Math.floor((local - start) / bin) * bin;
  return isLocal(unit) ? fromLocal(binned, offset) : utcMs - (local - binned);
}
