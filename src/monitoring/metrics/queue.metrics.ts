import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { BUCKET_ENDS_MS } from '../../queue/duration-histogram.js';
import { QueueCounters } from '../../queue/queue-counters.js';
import { countedStates } from '../../queue/queue-totals.schema.js';
import { QueueStatsReader } from '../queue-stats.js';
import { addCounter, addGauge, addHistogram, type Sample } from './collected.metrics.js';

/** Of the queue. What is in the database is the same from every process; counters are those of this one. */
@Injectable()
export class QueueMetrics {
  constructor(
    private readonly stats: QueueStatsReader,
    private readonly counters: QueueCounters,
  ) {}

  addTo(registry: Registry): void {
    this.addBacklog(registry);
    const help = 'What happened to jobs, by this process';
    const events = { name: 'chatautodm_queue_events_total', help, labelNames: ['event'] };
    addCounter(registry, events, () =>
      Object.entries(this.counters.sinceStart().counts).map(([event, count]): Sample => [{ event }, count]),
    );
    const outcomes = {
      name: 'chatautodm_job_outcomes_total',
      help: 'Jobs that ended, by kind and result',
      labelNames: ['kind', 'result'],
    };
    addCounter(registry, outcomes, () =>
      this.counters.outcomes.list().map(({ kind, result, count }): Sample => [{ kind, result }, count]),
    );
    const waits = {
      name: 'chatautodm_queue_wait_seconds',
      help: 'From the moment a job was due to its start',
    };
    addHistogram(registry, waits, () => {
      const { waits: counts, waitedMs: sumMs } = this.counters.sinceStart();
      return [{ labels: {}, buckets: { endsMs: BUCKET_ENDS_MS, counts, sumMs } }];
    });
    const runs = { name: 'chatautodm_queue_run_seconds', help: 'How long handlers took' };
    addHistogram(registry, runs, () => {
      const { runs: counts, ranMs: sumMs } = this.counters.sinceStart();
      return [{ labels: {}, buckets: { endsMs: BUCKET_ENDS_MS, counts, sumMs } }];
    });
  }

  private addBacklog(registry: Registry): void {
    const jobs = { name: 'chatautodm_queue_jobs', help: 'Jobs in each state', labelNames: ['state'] };
    addGauge(registry, jobs, async () => {
      const figures = await this.stats.read();
      return countedStates.map((state): Sample => [{ state }, figures[state]]);
    });
    const oldest = {
      name: 'chatautodm_queue_oldest_due_age_seconds',
      help: 'How long the first job in line has been due; 0 when none is',
    };
    addGauge(registry, oldest, async () => [
      [{}, ((await this.stats.read()).oldestPendingAgeMs ?? 0) / 1000],
    ]);
    const paused = { name: 'chatautodm_queue_paused', help: '1 while an operator has stopped claiming' };
    addGauge(registry, paused, async () => [[{}, Number((await this.stats.read()).paused)]]);
    const slots = { name: 'chatautodm_workers', help: 'Slots for handlers in this process' };
    addGauge(registry, slots, async () => [[{}, (await this.stats.read()).workers.total]]);
    const busy = { name: 'chatautodm_workers_busy', help: 'Handlers that run now in this process' };
    addGauge(registry, busy, async () => [[{}, (await this.stats.read()).workers.busy]]);
  }
}
