import type { Counts } from '../../queue/queue-minute.schema.js';
import type { QueueStatsView } from '../queue-stats.js';

/** The figures of one moment. */
export interface Sample {
  at: Date;
  /** By a clock that only goes forward. */
  monotonicMs: number;
  figures: QueueStatsView;
  /** Everything that ever happened, over all processes. */
  events: Pick<Counts, RateName>;
}

const rateNames = ['enqueued', 'completed', 'retried', 'dead', 'duplicates'] as const;
type RateName = (typeof rateNames)[number];

export interface LiveRates {
  /** Over the last seconds; all null until there are two samples. */
  perSecond: { in: number; out: number; retried: number; dead: number; duplicates: number } | null;
  /** Share of runs that failed, of those that ended in these seconds; null when none did. */
  errorRate: number | null;
}

/** Processes write their counts once a second, at moments of their own: over a shorter time rates would flicker. */
const WINDOW_MS = 5000;

/** Keeps the samples of the window, and the one before it. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const inside = samples.findIndex(({ monotonicMs }) => sample.monotonicMs - monotonicMs < WINDOW_MS);
  const kept = inside === -1 ? samples.slice(-1) : samples.slice(Math.max(0, inside - 1));
  return [...kept, sample];
}

export function ratesOf(samples: readonly Sample[]): LiveRates {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || first === last) return { perSecond: null, errorRate: null };
  const seconds = (last.monotonicMs - first.monotonicMs) / 1000;
  const grown = Object.fromEntries(
    rateNames.map((name) => [name, Math.max(0, last.events[name] - first.events[name])]),
  ) as Record<RateName, number>;
  const rate = (name: RateName) => Math.round((grown[name] / seconds) * 10) / 10;
  const failed = grown.retried + grown.dead;
  const ended = grown.completed + failed;
  return {
    perSecond: {
      in: rate('enqueued'),
      out: rate('completed'),
      retried: rate('retried'),
      dead: rate('dead'),
      duplicates: rate('duplicates'),
    },
    errorRate: ended === 0 ? null : failed / ended,
  };
}
