/** No retry waits longer than this, however many there were. */
const MAX_BACKOFF_MS = 15 * 60_000;

/**
 * How long to wait before the next attempt: exponential with full jitter, that is evenly spread between nothing and
 * `baseMs` × 2^(attempt - 1), so that jobs that failed together do not come back together (the scheme that needed the
 * fewest calls in Amazon's comparison, "Exponential Backoff And Jitter", 2015).
 *
 * @param attempt the attempt that failed, 1 for the first
 * @param minimumMs what the other side asked for (Retry-After): never sooner, and the jitter comes on top
 * @param random from 0 up to, not including, 1
 */
export function backoffMs(attempt: number, baseMs: number, minimumMs = 0, random = Math.random()): number {
  const ceiling = Math.min(baseMs * 2 ** (attempt - 1), MAX_BACKOFF_MS);
  return Math.ceil(minimumMs + random * ceiling);
}
