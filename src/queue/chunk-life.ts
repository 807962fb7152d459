/** How long a chunk of a limit may last, in ms. */
export interface ChunkLife {
  minLifeMs: number;
  maxLifeMs: number;
}

/** Twice as long as before for a chunk that was not used up; some times as long as it took for one that was. */
export function nextLifeMs(
  { left, reservedAt }: { left: number; reservedAt: number },
  now: number,
  lifeMs: number,
  { minLifeMs, maxLifeMs }: ChunkLife,
): number {
  const wanted = left > 0 ? lifeMs * 2 : 4 * (now - reservedAt);
  return Math.min(Math.max(wanted, minLifeMs), maxLifeMs);
}
