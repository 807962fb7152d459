import { locationError } from '../../store.errors.js';

/** Reads `YYYY-MM-DD`, with time and zone if they are there; UTC without a zone. Undefined for other text. */
export function parseIsoDate(text: string): number | undefined {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i.exec(
      text,
    );
  if (match === null) return undefined;
  const [, day, minutes = '00:00', seconds = '00', fraction = '0', zone = 'Z'] = match;
  const offset = /^[+-]/.test(zone) ? parseOffset(zone) : 0;
  const ms = Date.parse(`${day}T${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`);
  if (Number.isNaN(ms) || offset === undefined) return undefined;
  const isRealDay = new Date(ms).toISOString().startsWith(day!) || minutes.startsWith('24');
  return isRealDay ? ms - offset : undefined;
}

const MINUTE_MS = 60_000;

/** Milliseconds of `+hh`, `+hhmm` or `+hh:mm`. */
export function parseOffset(zone: string): number | undefined {
  const match = /^([+-])(\d{2})(?::?(\d{2}))?$/.exec(zone);
  if (match === null) return undefined;
  const [, sign, hours, minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
}

/** Answers how far local time in a zone is ahead of UTC at a moment, both in milliseconds. */
export type ZoneOffset = (utcMs: number) => number;

export const UTC_OFFSET: ZoneOffset = () => 0;

const zones = new Map<string, ZoneOffset>();

/** The offset of a zone given as `UTC`, `+05:30` or by its name in the Olson database. */
export function zoneOffset(name: string): ZoneOffset {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const fixed = name === 'UTC' || name === 'GMT' || name === 'Z' ? 0 : parseOffset(name);
  const offset = fixed === undefined ? namedZone(name) : () => fixed;
  zones.set(name, offset);
  return offset;
}

function namedZone(name: string): ZoneOffset {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
  } catch {
    throw locationError(40_485, `unrecognized time zone identifier: "${name}"`);
  }
  return (utcMs) => {
    const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year');
    const local = utcFromParts(
      year,
      number('month') - 1,
      number('day'),
      number('hour'),
      number('minute'),
      number('second'),
    );
    return local - Math.floor(utcMs / 1_000) * 1_000;
  };
}

/** `Date.UTC` without its reading of years below 100 as 19xx. */
export function utcFromParts(
  year: number,
  month: number,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second, ms);
  return date.getTime();
}

/** The moment at which local time in a zone is `localMs`. */
export function fromLocal(localMs: number, offset: ZoneOffset): number {
  const guess = localMs - offset(localMs);
  return localMs - offset(guess);
}

const DAY_MS = 86_400_000;

/** 1 to 366. */
export function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - utcFromParts(local.getUTCFullYear(), 0)) / DAY_MS) + 1;
}

/** ISO 8601's week and the year it belongs to. */
export function isoWeek(local: Date): { week: number; year: number } {
  const thursday = new Date(local.getTime());
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  return { week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1, year: thursday.getUTCFullYear() };
}

/** The Monday on which ISO 8601's year begins, milliseconds. */
export function isoWeekStart(year: number): number {
  const january4 = utcFromParts(year, 0, 4);
  return january4 - ((new Date(january4).getUTCDay() + 6) % 7) * DAY_MS;
}

export const MONTHS =
  'January February March April May June July August September October November December'.split(' ');

function pad(value: number, size: number): string {
  return String(value).padStart(size, '0');
}

const SPECIFIERS: Record<string, (local: Date, offsetMs: number) => string> = {
  Y: (local) => pad(local.getUTCFullYear(), 4),
  m: (local) => pad(local.getUTCMonth() + 1, 2),
  d: (local) => pad(local.getUTCDate(), 2),
  H: (local) => pad(local.getUTCHours(), 2),
  M: (local) => pad(local.getUTCMinutes(), 2),
  S: (local) => pad(local.getUTCSeconds(), 2),
  L: (local) => pad(local.getUTCMilliseconds(), 3),
  j: (local) => pad(dayOfYear(local), 3),
  w: (local) => String(local.getUTCDay() + 1),
  u: (local) => String(local.getUTCDay() === 0 ? 7 : local.getUTCDay()),
  U: (local) => pad(Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7), 2),
  V: (local) => pad(isoWeek(local).week, 2),
  G: (local) => pad(isoWeek(local).year, 4),
  B: (local) => MONTHS[local.getUTCMonth()]!,
  b: (local) => MONTHS[local.getUTCMonth()]!.slice(0, 3),
  z: (_local, offsetMs) => {
    const minutes = Math.abs(offsetMs) / MINUTE_MS;
    return `${offsetMs < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
  },
  Z: (_local, offsetMs) => String(offsetMs / MINUTE_MS),
  '%': () => '%',
};

/** Checks a format of `$dateToString`. */
export function checkDateFormat(format: string): void {
  for (const match of format.matchAll(/%(.?)/gs)) {
    const specifier = match[1]!;
    if (specifier === '') throw locationError(18_535, "Unmatched '%' at end of format string");
    if (!Object.hasOwn(SPECIFIERS, specifier)) {
      throw locationError(18_536, `Invalid format character '%${specifier}' in format string`);
    }
  }
}

/** Writes a moment by a format that {@link checkDateFormat} accepted. */
export function formatDate(utcMs: number, format: string, offset: ZoneOffset): string {
  const offsetMs = offset(utcMs);
  const local = new Date(utcMs + offsetMs);
  return format.replaceAll(/%(.)/gs, (_match, specifier: string) => SPECIFIERS[specifier]!(local, offsetMs));
}
