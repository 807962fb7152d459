/** Shapes of the admin API's answers about the queue; times are ISO texts. */

export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export interface Rates {
  in: number;
  out: number;
  retried: number;
  dead: number;
  duplicates: number;
}

/** One event `figures` of the live stream. */
export interface LiveFigures {
  at: string;
  status: 'healthy' | 'degraded';
  mode: 'queue' | 'direct';
  paused: boolean;
  pending: number;
  retrying: number;
  processing: number;
  completed: number;
  dead: number;
  completedLastMinute: number;
  duplicates: number;
  deferred: number;
  oldestPendingAgeMs: number | null;
  waitMs: Percentiles;
  runMs: Percentiles;
  workers: { total: number; busy: number };
  /** Null until the server has looked twice. */
  perSecond: Rates | null;
  errorRate: number | null;
}

export interface QueueStep {
  at: string;
  in: number;
  completed: number;
  retried: number;
  dead: number;
  duplicates: number;
  deferred: number;
  waitMs: Percentiles;
  runMs: Percentiles;
}

export interface AccountInNeed {
  instagramId: string;
  username: string;
  status: string;
  statusReason?: string;
  throttledUntil?: string;
  tokenExpiresAt?: string;
  reasons: ('reconnect' | 'paused' | 'throttled' | 'token_expired' | 'token_expires')[];
}
