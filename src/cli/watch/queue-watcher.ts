import { request } from 'undici';
import { MINUTE_MS } from '../../queue/queue-minute.repository.js';
import { readFigures } from '../queue-view.js';
import type { QueueServices } from '../services/queue.services.js';
import type { QueueSnapshot } from './queue-snapshot.js';

const MINUTES = 60;
const TOP_ERRORS = 10;
const ASK_TIMEOUT_MS = 1000;
/** Processes write their counters once a second: over a shorter time a rate would only jump. */
const RATE_OVER_MS = 5000;

interface Sample {
  at: number;
  in: number;
  out: number;
}

/** Looks at the stored queue, and asks a server for what only it knows. */
export class QueueWatcher {
  private readonly samples: Sample[] = [];

  /** @param serverUrl where a server may answer */
  constructor(
    private readonly services: QueueServices,
    private readonly serverUrl: string,
  ) {}

  async look(): Promise<QueueSnapshot> {
    const { clock, reconciler, history: past, stats, recentErrors, pauses, parking } = this.services;
    const figures = await readFigures(this.services);
    const now = clock.date();
    const [{ events }, steps, breakdown, errors, paused, parked, workers] = await Promise.all([
      reconciler.current(),
      past.between(clock.date((1 - MINUTES) * MINUTE_MS), now, 1),
      stats.breakdown(),
      recentErrors.top(TOP_ERRORS),
      pauses.isPaused(),
      parking.list(),
      this.workers(),
    ]);
    const history = { in: steps.map((step) => step.in), out: steps.map(({ completed }) => completed) };
    const rates = this.rates({ at: now.getTime(), in: events.enqueued, out: events.completed }, history);
    return {
      at: now,
      figures,
      paused,
      parked: parked.length,
      rates,
      minutes: history,
      breakdown,
      errors,
      workers,
    };
  }

  private rates(sample: Sample, history: QueueSnapshot['minutes']): QueueSnapshot['rates'] {
    this.samples.push(sample);
    while (this.samples.length > 2 && this.samples[1]!.at <= sample.at - RATE_OVER_MS) this.samples.shift();
    const since = this.samples[0]!;
    const seconds = (sample.at - since.at) / 1000;
    if (seconds < 0.5) return { in: perSecond(history.in), out: perSecond(history.out) };
    return { in: (sample.in - since.in) / seconds, out: (sample.out - since.out) / seconds };
  }

  /** Only a server knows how many slots it has. */
  private async workers(): Promise<QueueSnapshot['workers']> {
    try {
      const url = new URL('/api/webhooks/queue-stats', this.serverUrl);
      const { statusCode, body } = await request(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) });
      const answer = (await body.json()) as { workers?: { busy: number; total: number } };
      return (statusCode === 200 && answer.workers) || null;
    } catch {
      return null;
    }
  }
}

/** Of the last full minute and what there is of this one. */
const perSecond = (perMinute: number[]): number => ((perMinute.at(-2) ?? 0) + (perMinute.at(-1) ?? 0)) / 120;
