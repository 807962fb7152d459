import { useState } from 'react';
import type { LiveState } from '../../api/live-stream.js';
import type { LiveFigures } from '../../api/queue-views.js';
import { useLiveEvents } from '../../api/use-live-events.js';
import { addPoint, type LivePoint } from './live-window.js';

export interface Live {
  figures: LiveFigures | null;
  points: LivePoint[];
  state: LiveState;
  /** The server answers, its database does not. */
  isUnavailable: boolean;
}

/** The figures as they come, with the last minutes of them. */
export function useLiveFigures(): Live {
  const [figures, setFigures] = useState<LiveFigures | null>(null);
  const [points, setPoints] = useState<LivePoint[]>([]);
  const [isUnavailable, setUnavailable] = useState(false);
  const state = useLiveEvents<LiveFigures>('figures', (next) => {
    setFigures(next);
    setPoints((before) => addPoint(before, next));
    setUnavailable(false);
  });
  useLiveEvents('unavailable', () => setUnavailable(true));
  return { figures, points, state, isUnavailable };
}
