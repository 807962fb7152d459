import { Injectable } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { JobStatsRepository, type JobCounts } from './job-stats.repository.js';
import { QueueMinuteRepository } from './queue-minute.repository.js';

export interface QueueFigures extends JobCounts {
  completedLastMinute: number;
  completedLastHour: number;
  /** Redeliveries that were recognised, over the time for which figures are kept (48 hours). */
  duplicates: number;
  /** Null when nothing is due. */
  oldestPendingAgeMs: number | null;
}

const FRESH_MS = 500;

/** What the queue is doing, over all processes. Asked often (probes, dashboards), so callers share one answer. */
@Injectable()
export class QueueStatsService {
  private cached: { at: number; figures: Promise<QueueFigures>; reading: boolean } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly jobs: JobStatsRepository,
    private readonly minutes: QueueMinuteRepository,
  ) {}

  /** At most half a second old. */
  figures(): Promise<QueueFigures> {
    const { cached } = this;
    if (cached && (cached.reading || performance.now() - cached.at < FRESH_MS)) return cached.figures;
    const fresh = { at: performance.now(), figures: this.read(), reading: true };
    this.cached = fresh;
    fresh.figures.then(
      () => (fresh.reading = false),
      // A failure is not worth keeping.
      () => (this.cached = undefined),
    );
    return fresh.figures;
  }

  private async read(): Promise<QueueFigures> {
    const now = this.clock.date();
    const [counts, oldest, totals] = await Promise.all([
      this.jobs.counts(),
      this.jobs.oldestDue(now),
      this.minutes.totals(now),
    ]);
    return {
      ...counts,
      completedLastMinute: totals.lastMinute.completed,
      completedLastHour: totals.lastHour.completed,
      duplicates: totals.kept.duplicates,
      oldestPendingAgeMs: oldest ? now.getTime() - oldest.getTime() : null,
    };
  }
}
