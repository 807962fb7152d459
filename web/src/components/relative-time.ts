const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const JUST_NOW_MS = 5000;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** `3 min. ago`, `in 2 hr.`, `now`: the largest unit that fits. Both in milliseconds since 1970. */
export function relativeTime(atMs: number, nowMs: number): string {
  const differenceMs = atMs - nowMs;
  const distanceMs = Math.abs(differenceMs);
  const unit = UNITS.find(([, sizeMs]) => distanceMs >= sizeMs);
  if (distanceMs < JUST_NOW_MS || !unit) return 'now';
  return relative.format(Math.trunc(differenceMs / unit[1]), unit[0]);
}

/** Date, time and zone, as the viewer's system writes them. */
export const absoluteTime = (atMs: number): string => absolute.format(atMs);
