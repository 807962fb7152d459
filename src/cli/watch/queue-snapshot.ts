import type { ErrorCount } from '../../queue/dead-letters/recent-errors.repository.js';
import type { QueueBreakdown, QueueFigures } from '../../queue/queue-stats.service.js';

/** What one look at the queue saw. */
export interface QueueSnapshot {
  at: Date;
  /** The database has not answered since. */
  lost?: true;
  figures: QueueFigures;
  paused: boolean;
  /** How many accounts have their jobs set aside, because they can't send. */
  parked: number;
  /** Jobs a second: since a look some seconds ago, or over the last minute at the first look. */
  rates: { in: number; out: number };
  /** Jobs stored and completed in each of the last 60 minutes, the oldest first, this one last. */
  minutes: { in: number[]; out: number[] };
  breakdown: QueueBreakdown;
  /** The most frequent first. */
  errors: ErrorCount[];
  /** Of the server that was asked; null when none answered. */
  workers: { busy: number; total: number } | null;
}
