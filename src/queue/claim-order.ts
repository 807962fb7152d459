/**
 * How far ahead of its turn a job may be claimed. `order` is the key that claims go by: a claim takes what is at most
 * this far ahead of now, smallest first, and so never walks over a job that it can't take.
 *
 * - A job that must not start before a time has that time plus this: it can be claimed exactly from then on.
 * - A fresh job has the time of its arrival plus at most this: it can be claimed at once, but a job of a key that is
 *   ahead of its allowed pace lines up behind those of keys that are not.
 */
export const FAIRNESS_MS = 60_000;

/** The `order` of a job that must not start before `runAt`. */
export const orderFrom = (runAt: Date): Date => new Date(runAt.getTime() + FAIRNESS_MS);

/** The `order` of a fresh job whose key is so far ahead of its pace. */
export const orderOfFresh = (now: Date, aheadMs: number): Date =>
  new Date(now.getTime() + Math.min(Math.max(aheadMs, 0), FAIRNESS_MS));

/** The largest `order` that may be claimed now. */
export const claimableUntil = (now: Date): Date => new Date(now.getTime() + FAIRNESS_MS);
