const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const rate = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

export const count = (value: number): string => whole.format(value);

/** Whole above ten: a digit that changes each second tells nothing. */
export const perSecond = (value: number): string => (value >= 10 ? whole : rate).format(value);

export const percent = (value: number): string => share.format(value);

/** `jobs(1)` is "1 job". */
export const jobs = (value: number): string => `${count(value)} ${value === 1 ? 'job' : 'jobs'}`;

const units: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
];

/** A length of time in its largest unit, and the next one where that matters: `850 ms`, `4.2 s`, `3 min 10 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${rate.format(Math.round(seconds * 10) / 10)} s`;
  const index = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[index]!;
  const [nextUnit, nextSize] = units[index + 1] ?? ['s', 1];
  const rest = Math.floor((seconds % size) / nextSize);
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${nextUnit}`}`;
}
