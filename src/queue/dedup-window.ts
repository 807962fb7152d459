import type { NewJob } from './job.types.js';

export interface WindowedKey {
  key: string;
  /** The keys of the slices of time before and after; none without a window. */
  neighbours: string[];
  at: Date;
  ms: number;
}

/**
 * Makes a key that counts for a while only. Time is cut into slices as long as the window, and the key carries the
 * number of its slice, so that within a slice the unique index does the work; what lies in a neighbouring slice but less
 * than a window away is found by that slice's key.
 *
 * The time is the event's own and not that of its arrival: so a redelivery a day later has the same key as well.
 */
export function windowedKey({ dedupKey, dedupWindow }: NewJob): WindowedKey | undefined {
  if (dedupKey === undefined || dedupWindow === undefined) return undefined;
  // No window: only the same event, delivered again, has the same time.
  if (dedupWindow.ms === 0)
    return { key: `${dedupKey}@${dedupWindow.at.getTime()}`, neighbours: [], ...dedupWindow };
  const slice = Math.floor(dedupWindow.at.getTime() / dedupWindow.ms);
  return {
    key: `${dedupKey}@${slice}`,
    neighbours: [`${dedupKey}@${slice - 1}`, `${dedupKey}@${slice + 1}`],
    ...dedupWindow,
  };
}
