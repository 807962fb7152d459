import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Claimer } from '../queue/claimer.js';
import { QueueConfig } from '../config/app-config.js';
import { QueueStatsReader } from './queue-stats.js';

/** A claimer that has not got through for this many polls is as good as dead. */
const MISSED_POLLS = 20;
const MIN_SILENCE_MS = 10_000;

@Injectable()
export class QueueHealth {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly config: QueueConfig,
    private readonly claimer: Claimer,
    private readonly stats: QueueStatsReader,
  ) {}

  /** Down while the process does not claim: before the start, in a shutdown, or when the database does not answer. */
  async check(key: string): Promise<HealthIndicatorResult> {
    const indicator = this.health.check(key);
    const stats = await this.stats.read().catch(() => undefined);
    if (!stats) return indicator.down({ message: 'the database gives no figures' });
    if (!this.claimer.running)
      return indicator.down({ message: 'not claiming: starting or shutting down', stats });
    const busy = stats.workers.busy >= stats.workers.total;
    const silentMs = this.claimer.msSinceLastClaim ?? 0;
    if (
      !busy &&
      !this.claimer.isPaused &&
      silentMs > Math.max(MIN_SILENCE_MS, this.config.pollMs * MISSED_POLLS)
    ) {
      return indicator.down({ message: `no claim for ${Math.round(silentMs)} ms`, stats });
    }
    return indicator.up({ stats });
  }
}
