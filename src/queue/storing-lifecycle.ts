import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { QueueCounters } from './queue-counters.js';
import { QueueTotalsReconciler } from './queue-totals.reconciler.js';

/** In place of `QueueLifecycle`, in a process that stores jobs and runs none: what it stored is counted all the same. */
@Injectable()
export class StoringLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly counters: QueueCounters,
    private readonly totals: QueueTotalsReconciler,
  ) {}

  /** Totals must be there before something is added to them. */
  async onApplicationBootstrap(): Promise<void> {
    await this.totals.current();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.counters.flush();
  }
}
