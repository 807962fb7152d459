import { locationError, storeErrors } from '../../store.errors.js';
import { isoWeekStart, MONTHS, parseOffset, utcFromParts } from './date-parts.js';

/** A date as a text tells it: local time, and how far that is ahead of UTC where the text says so; milliseconds. */
export interface ParsedDate {
  readonly localMs: number;
  readonly offsetMs: number | undefined;
}

/** What a specifier stands for in a text. */
const PATTERNS: Readonly<Record<string, string>> = {
  Y: '(\\d{4})',
  G: '(\\d{4})',
  m: '(\\d{1,2})',
  d: '(\\d{1,2})',
  H: '(\\d{1,2})',
  M: '(\\d{1,2})',
  S: '(\\d{1,2})',
  L: '(\\d{1,3})',
  j: '(\\d{1,3})',
  V: '(\\d{1,2})',
  u: '([1-7])',
  b: `(${MONTHS.map((month) => month.slice(0, 3)).join('|')})`,
  B: `(${MONTHS.join('|')})`,
  z: '(Z|[+-]\\d{2}(?::?\\d{2})?)',
  Z: '([+-]?\\d+)',
};

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * Reads a date by a format as `$dateToString` has them, or without one as ISO 8601.
 * @throws StoreError ConversionFailure (241); NotImplemented (238) for a text that MongoDB may read without a format.
 */
export function parseDateText(text: string, format: string | undefined): ParsedDate {
  return format === undefined ? parseIso(text) : parseByFormat(text, format);
}

function parseIso(text: string): ParsedDate {
  const match = ISO.exec(text.trim());
  if (!match) {
    if (!/\d/.test(text)) throw failure(text);
    throw storeErrors.NotImplemented(
      `$dateFromString reads ISO 8601 in this store, or by a format; not: '${text}'`,
    );
  }
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const numbers = [year!, month!, day!, hour, minute, second].map(Number);
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const localMs = checkedMs(text, [...numbers, ms] as Numbers);
  return { localMs, offsetMs: zone === undefined ? undefined : offsetOf(zone) };
}

type Numbers = [number, number, number, number, number, number, number];

/** Local milliseconds of year, month, day, hour, minute, second, millisecond, each in its range. */
function checkedMs(text: string, numbers: Numbers): number {
  const [year, month, day, hour, minute, second, ms] = numbers;
  const localMs = utcFromParts(year, month - 1, day, hour, minute, second, ms);
  const date = new Date(localMs);
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59) throw failure(text);
  return localMs;
}

function offsetOf(zone: string): number {
  return /^z$/i.test(zone) ? 0 : (parseOffset(zone) ?? 0);
}

function parseByFormat(text: string, format: string): ParsedDate {
  const specifiers: string[] = [];
  const pattern = format.replaceAll(
    /%(.?)|([^%]+)/gs,
    (_all, specifier: string | undefined, literal?: string) => {
      if (literal !== undefined) return escape(literal);
      if (specifier === '%') return '%';
      const known = PATTERNS[specifier ?? ''];
      if (known === undefined) {
        throw specifier === ''
          ? locationError(18_535, "Unmatched '%' at end of format string")
          : locationError(18_536, `Invalid format character '%${specifier}' in format string`);
      }
      specifiers.push(specifier!);
      return known;
    },
  );
  const match = new RegExp(`^${pattern}$`, 'i').exec(text);
  if (!match) throw failure(text);
  const fields = new Map(specifiers.map((specifier, at) => [specifier, match[at + 1]!]));
  return { localMs: localOf(text, fields), offsetMs: offsetIn(fields) };
}

function escape(literal: string): string {
  return literal.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

function localOf(text: string, fields: ReadonlyMap<string, string>): number {
  const number = (specifier: string): number => Number(fields.get(specifier) ?? '0');
  const time = [number('H'), number('M'), number('S'), Number(fields.get('L') ?? '0')] as const;
  if (fields.has('G')) {
    const days = (number('V') - 1) * 7 + (fields.has('u') ? number('u') - 1 : 0);
    if (!fields.has('V')) throw failure(text);
    return isoWeekStart(number('G')) + days * 86_400_000 + checkedMs(text, [1970, 1, 1, ...time]);
  }
  const month = monthOf(fields);
  if (!fields.has('Y')) throw failure(text);
  if (fields.has('j'))
    return utcFromParts(number('Y'), 0, number('j')) + checkedMs(text, [1970, 1, 1, ...time]);
  if (month === undefined || !fields.has('d')) throw failure(text);
  return checkedMs(text, [number('Y'), month, number('d'), ...time]);
}

function monthOf(fields: ReadonlyMap<string, string>): number | undefined {
  const name = (fields.get('B') ?? fields.get('b'))?.toLowerCase();
  if (name !== undefined) {
    return MONTHS.findIndex((month) => month.toLowerCase().startsWith(name.slice(0, 3))) + 1;
  }
  return fields.has('m') ? Number(fields.get('m')) : undefined;
}

function offsetIn(fields: ReadonlyMap<string, string>): number | undefined {
  const zone = fields.get('z');
  if (zone !== undefined) return offsetOf(zone);
  const minutes = fields.get('Z');
  return minutes === undefined ? undefined : Number(minutes) * 60_000;
}

function failure(text: string): Error {
  return storeErrors.ConversionFailure(`Error parsing date string '${text}'`);
}
