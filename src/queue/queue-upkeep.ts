import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { QueueConfig } from '../config/app-config.js';
import { QueueCounters } from './queue-counters.js';
import { QueuePauseService } from './queue-pause.service.js';
import { QueueTotalsReconciler } from './queue-totals.reconciler.js';

const FLUSH = 'queue.counters';
const FLUSH_EVERY_MS = 1000;
const RECONCILE = 'queue.totals';
const RECONCILE_EVERY_MS = 2500;
const PAUSE = 'queue.pause';

/** What a process does beside its jobs: writes its figures down, and puts the shared ones right. */
@Injectable()
export class QueueUpkeep {
  constructor(
    private readonly config: QueueConfig,
    private readonly scheduler: SchedulerRegistry,
    private readonly counters: QueueCounters,
    private readonly totals: QueueTotalsReconciler,
    private readonly pause: QueuePauseService,
  ) {}

  /** Resolves when there are totals to add to; before that, no job may change. */
  async start(): Promise<void> {
    await this.totals.begin();
    await this.pause.refresh();
    this.every(FLUSH, FLUSH_EVERY_MS, () => void this.counters.flush());
    this.every(PAUSE, this.config.pollMs, () => void this.pause.refresh());
    this.every(RECONCILE, RECONCILE_EVERY_MS, () => void this.totals.step());
  }

  /** Resolves when the last figures are written. */
  async stop(): Promise<void> {
    for (const name of [FLUSH, RECONCILE, PAUSE]) {
      if (this.scheduler.doesExist('interval', name)) this.scheduler.deleteInterval(name);
    }
    await this.totals.stopped();
    // One may be under way that began before the last job ended.
    await this.counters.flush();
    await this.counters.flush();
  }

  private every(name: string, ms: number, run: () => void): void {
    this.scheduler.addInterval(name, setInterval(run, ms));
  }
}
