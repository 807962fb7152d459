import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Claimer } from './claimer.js';
import { JobArrivalRepository, type Arrivals } from './job-arrival.repository.js';

const AGAIN_MS = 30_000;
/** A burst is one claim and not one for each of its jobs. */
const GATHER_MS = 20;

/**
 * Has jobs that another process stored claimed at once and not at the next poll, where the server has change streams. A hint
 * only: nothing waits for it, and what it misses the poll finds.
 */
@Injectable()
export class ArrivalListener implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Queue');
  private arrivals: Arrivals | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: JobArrivalRepository,
    private readonly claimer: Claimer,
  ) {}

  onApplicationBootstrap(): void {
    this.arrivals = this.repository.watch(
      () => this.gather(),
      (error, lasting) => this.ended(error, lasting),
    );
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.gathering);
    clearTimeout(this.retry);
    const { arrivals } = this;
    this.arrivals = undefined;
    await arrivals?.close();
  }

  private gather(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.claimer.wake();
    }, GATHER_MS);
  }

  private ended(error: unknown, lasting: boolean): void {
    if (!this.arrivals || lasting) return;
    this.logger.debug({ msg: 'could not follow what other processes store, trying again later', error });
    this.retry = setTimeout(() => this.onApplicationBootstrap(), AGAIN_MS);
    this.retry.unref();
  }
}
