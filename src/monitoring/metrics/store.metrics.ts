import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { StoreFigures } from '../../database/store-figures.js';
import { QueueStatsReader } from '../queue-stats.js';
import { addCounter, addGauge, addHistogram, type Sample } from './collected.metrics.js';

@Injectable()
export class StoreMetrics {
  constructor(
    private readonly figures: StoreFigures,
    private readonly stats: QueueStatsReader,
  ) {}

  addTo(registry: Registry): void {
    const up = { name: 'chatautodm_store_up', help: '1 while the database answers' };
    addGauge(registry, up, () =>
      this.stats.read().then(
        (): Sample[] => [[{}, 1]],
        (): Sample[] => [[{}, 0]],
      ),
    );
    const durations = {
      name: 'chatautodm_store_command_seconds',
      help: 'From a command to the answer of the database',
    };
    addHistogram(registry, durations, () =>
      [...this.figures.commands].map(([command, each]) => ({ labels: { command }, buckets: each.durations })),
    );
    const failures = {
      name: 'chatautodm_store_command_failures_total',
      help: 'Commands that the database refused or did not answer',
      labelNames: ['command'],
    };
    addCounter(registry, failures, () =>
      [...this.figures.commands].map(([command, each]): Sample => [{ command }, each.failures]),
    );
  }
}
