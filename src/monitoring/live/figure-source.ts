import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { QueueTotalsReconciler } from '../../queue/queue-totals.reconciler.js';
import { QueueStatsReader } from '../queue-stats.js';
import type { Sample } from './live-rates.js';

/** Reads what the live figures are made of: the same few keys, whatever the queue holds. */
@Injectable()
export class FigureSource {
  constructor(
    private readonly clock: Clock,
    private readonly stats: QueueStatsReader,
    private readonly totals: QueueTotalsReconciler,
  ) {}

  async read(): Promise<Sample> {
    const [figures, { events }] = await Promise.all([this.stats.read(), this.totals.current()]);
    return { at: this.clock.date(), monotonicMs: performance.now(), figures, events };
  }
}
