import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Claimer } from './claimer.js';
import { QueueTimers } from './queue-timers.js';
import { QueueUpkeep } from './queue-upkeep.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Starts and stops the queue with the application. In direct mode the claimer runs too, for what a request can't do:
 * retries, jobs waiting for their turn, and what other processes left.
 */
@Injectable()
export class QueueLifecycle implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Queue');

  constructor(
    private readonly config: QueueConfig,
    private readonly timers: QueueTimers,
    private readonly claimer: Claimer,
    private readonly pool: WorkerPool,
    private readonly upkeep: QueueUpkeep,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.upkeep.start();
    this.claimer.start();
    this.timers.start();
    this.logger.log(
      this.config.enabled
        ? { msg: `queue enabled, ${this.config.workers} workers started`, worker: this.claimer.worker }
        : {
            msg: 'queue disabled: handlers run inside the request (direct mode)',
            worker: this.claimer.worker,
          },
    );
  }

  /**
   * The first thing in a shutdown: nothing new is started, and what runs gets its time. It can't be a later hook, since
   * the scheduler clears its timers there, the heartbeat with them. Requests that are still served store their jobs for
   * the next process.
   */
  async onModuleDestroy(): Promise<void> {
    const running = this.pool.busy;
    this.timers.stopClaiming();
    await this.claimer.stop();
    await this.pool.drain(this.config.shutdownTimeoutMs);
    this.timers.stop();
    this.logger.log({ msg: 'queue stopped', waitedFor: running });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.upkeep.stop();
  }
}
