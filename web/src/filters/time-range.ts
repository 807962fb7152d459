const MINUTE_MS = 60_000;

/** What can be picked without entering a time. */
export const sinceOptions = [
  { value: '15m', label: 'Last 15 minutes', ms: 15 * MINUTE_MS },
  { value: '1h', label: 'Last hour', ms: 60 * MINUTE_MS },
  { value: '24h', label: 'Last 24 hours', ms: 24 * 60 * MINUTE_MS },
  { value: '7d', label: 'Last 7 days', ms: 7 * 24 * 60 * MINUTE_MS },
] as const;

export interface TimeFilter {
  since: string;
  /** ISO texts, or empty. */
  from: string;
  to: string;
}

/**
 * As the API takes it. A time that counts from now is cut to the minute, or a list would be read anew at each drawing.
 */
export function toTimes({ since, from, to }: TimeFilter, nowMs: number): { from?: string; to?: string } {
  const option = sinceOptions.find(({ value }) => value === since);
  if (option) {
    const startMs = Math.floor((nowMs - option.ms) / MINUTE_MS) * MINUTE_MS;
    return { from: new Date(startMs).toISOString() };
  }
  return { ...(from !== '' && { from }), ...(to !== '' && { to }) };
}

/** Filters as the API takes them: those that are set, with times in place of `since`. */
export function toQuery(
  { since, from, to, ...same }: TimeFilter & Record<string, string>,
  nowMs = Date.now(),
) {
  const given = Object.fromEntries(Object.entries(same).filter(([, value]) => value !== ''));
  return { ...given, ...toTimes({ since, from, to }, nowMs) };
}

/** Of an input of date and time, which knows no zone: the viewer's is meant. Empty for what is no time. */
export function fromInput(value: string): string {
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? '' : new Date(ms).toISOString();
}

/** The other way: `2026-01-31T13:00` in the viewer's zone. */
export function toInput(iso: string): string {
  const time = new Date(iso);
  if (iso === '' || Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
}
