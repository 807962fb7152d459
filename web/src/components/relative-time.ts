const UNITS: readonly [name: string, sizeMs: number][] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];
const JUST_NOW_MS = 5000;

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/**
 * `3 min ago`, `in 2 h`, `40 days ago`, `now`: the largest unit that fits. Both in milliseconds since 1970. Not as
 * Intl.RelativeTimeFormat has it: its short units end in a point, which a sentence then doubles.
 */
export function relativeTime(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(atMs - nowMs);
  const unit = UNITS.find(([, sizeMs]) => distanceMs >= sizeMs);
  if (distanceMs < JUST_NOW_MS || !unit) return 'now';
  const [name, sizeMs] = unit;
  const count = Math.trunc(distanceMs / sizeMs);
  const length = `${count} ${name}${name === 'day' && count !== 1 ? 's' : ''}`;
  return atMs > nowMs ? `in ${length}` : `${length} ago`;
}

/** Date, time and zone, as the viewer's system writes them. */
export const absoluteTime = (atMs: number): string => absolute.format(atMs);
