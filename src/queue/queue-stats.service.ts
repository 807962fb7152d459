import { Injectable } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { percentiles, sumOfStored, type Percentiles } from './duration-histogram.js';
import { JobStatsRepository } from './job-stats.repository.js';
import { MINUTE_MS, QueueMinuteRepository, startOfMinute } from './queue-minute.repository.js';
import type { KindCounts, QueueMinuteDocument } from './queue-minute.schema.js';
import { QueueTotalsReconciler } from './queue-totals.reconciler.js';
import { countedStates, noJobs, type JobCounts } from './queue-totals.schema.js';
import { topOf, type KeyCount } from './top-keys.js';

export interface QueueFigures extends JobCounts {
  completedLastMinute: number;
  completedLastHour: number;
  /** Redeliveries that were recognised, since the database was made; so are the next three. */
  duplicates: number;
  /** Jobs stored for a later moment, because their key was over its limit. */
  deferred: number;
  /** Jobs handed out again after their process was lost. */
  rescued: number;
  /** Runs whose end came after their lease was lost, and was not written. */
  leasesLost: number;
  /** Null when nothing is due. */
  oldestPendingAgeMs: number | null;
  /** From the moment a job was due to its start, over the last five minutes. */
  waitMs: Percentiles;
  /** How long handlers took, over the last five minutes. */
  runMs: Percentiles;
}

/** Over the last hour. */
export interface QueueBreakdown {
  kinds: Record<string, KindCounts>;
  /** The ten keys with the most jobs ended; counts are close estimates above a hundred keys. */
  topLimitKeys: KeyCount[];
}

const FRESH_MS = 500;
const DURATIONS_OVER_MS = 5 * MINUTE_MS;
const TOP = 10;
/** Few enough to count at each reading: about a millisecond for each state that has so many. */
const COUNTED_UP_TO = 1000;

/**
 * What the queue is doing, over all processes. Reads by key, and counts that stop at a thousand: the same for ten thousand
 * jobs and for ten million. Asked often (probes, dashboards), so callers share one answer.
 */
@Injectable()
export class QueueStatsService {
  private cached: { at: number; figures: Promise<QueueFigures>; reading: boolean } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly jobs: JobStatsRepository,
    private readonly minutes: QueueMinuteRepository,
    private readonly totals: QueueTotalsReconciler,
  ) {}

  /**
   * At most half a second old. States of over a thousand jobs, and the rates, lack what processes have not written yet, up
   * to a second more.
   */
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

  async breakdown(): Promise<QueueBreakdown> {
    const kinds = new Map<string, KindCounts>();
    const keys = new Map<string, number>();
    for (const row of await this.minutes.lastHourByKind(this.clock.date())) {
      for (const [kind, { completed = 0, dead = 0 }] of Object.entries(row.kinds ?? {})) {
        const sum = kinds.get(kind) ?? { completed: 0, dead: 0 };
        kinds.set(kind, { completed: sum.completed + completed, dead: sum.dead + dead });
      }
      for (const { key, count } of Object.values(row.top ?? {}).flat()) {
        keys.set(key, (keys.get(key) ?? 0) + count);
      }
    }
    return { kinds: Object.fromEntries(kinds), topLimitKeys: topOf(keys, TOP) };
  }

  private async read(): Promise<QueueFigures> {
    const now = this.clock.date();
    const [totals, counted, oldest, rows] = await Promise.all([
      this.totals.current(),
      this.jobs.countsUpTo(COUNTED_UP_TO),
      this.jobs.oldestDue(now),
      this.minutes.lastHour(now),
    ]);
    const { duplicates, deferred, rescued, leasesLost } = totals.events;
    const recent = rows.filter(({ _id }) => _id.getTime() > now.getTime() - DURATIONS_OVER_MS);
    return {
      ...merge(totals.jobs, counted),
      completedLastMinute: completedLastMinute(rows, now),
      completedLastHour: rows.reduce((sum, { completed = 0 }) => sum + completed, 0),
      duplicates,
      deferred,
      rescued,
      leasesLost,
      oldestPendingAgeMs: oldest ? now.getTime() - oldest.getTime() : null,
      waitMs: percentiles(sumOfStored(recent.map(({ waits }) => waits))),
      runMs: percentiles(sumOfStored(recent.map(({ runs }) => runs))),
    };
  }
}

/**
 * The totals lack the last second of every process, and of a killed one until they are put right. Somebody who waits for
 * the queue to be empty must not be told so too early: states of few jobs are those that were counted. What a lagging
 * total has not moved yet is still part of the sum of all states, so the completed ones are the rest of it.
 */
function merge(totals: JobCounts, counted: Omit<JobCounts, 'completed'>): JobCounts {
  const jobs = noJobs();
  const states = Object.keys(counted) as (keyof typeof counted)[];
  for (const state of states) {
    const isExact = counted[state] < COUNTED_UP_TO;
    jobs[state] = isExact ? counted[state] : Math.max(totals[state], COUNTED_UP_TO);
  }
  const rest = countedStates.reduce((sum, state) => sum + totals[state] - jobs[state], 0);
  const isRest = states.every((state) => counted[state] < COUNTED_UP_TO);
  jobs.completed = Math.max(totals.completed, isRest ? rest : 0);
  return jobs;
}

/** A sliding window over two fixed minutes: all of this one, and of the one before the part that is still inside. */
function completedLastMinute(rows: QueueMinuteDocument[], now: Date): number {
  const current = startOfMinute(now).getTime();
  const completedIn = (minute: number) => rows.find(({ _id }) => _id.getTime() === minute)?.completed ?? 0;
  const share = 1 - (now.getTime() - current) / MINUTE_MS;
  return Math.round(completedIn(current) + completedIn(current - MINUTE_MS) * share);
}
