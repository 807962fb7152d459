import type { LiveFigures } from '../../api/queue-views.js';

export interface LivePoint {
  /** Milliseconds since 1970. */
  at: number;
  in: number;
  out: number;
}

const WINDOW_MS = 120_000;

/** Adds what one event tells to what is drawn: the last two minutes. */
export function addPoint(points: readonly LivePoint[], figures: LiveFigures): LivePoint[] {
  const at = Date.parse(figures.at);
  const rates = figures.perSecond;
  const kept = points.filter((point) => point.at > at - WINDOW_MS && point.at < at);
  return rates ? [...kept, { at, in: rates.in, out: rates.out }] : kept;
}
