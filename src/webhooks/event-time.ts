/** Below it a time is in seconds: as ms it would lie in 1973. */
const FIRST_PLAUSIBLE_MS = 100_000_000_000;
/** The last moment that a JavaScript date can hold. */
const LAST_MS = 8_640_000_000_000_000;

/**
 * The first of these times that is one, in ms. Instagram gives ms in messaging items and seconds in the entries of
 * comments (seen in captures), and now and then a string of digits.
 */
export function firstTime(...candidates: unknown[]): number | undefined {
  for (const candidate of candidates) {
    const value =
      typeof candidate === 'string' && /^\d{1,16}$/.test(candidate) ? Number(candidate) : candidate;
    if (typeof value !== 'number' || !(value > 0)) continue;
    const ms = value < FIRST_PLAUSIBLE_MS ? value * 1000 : value;
    if (ms <= LAST_MS) return Math.round(ms);
  }
  return undefined;
}
