import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Clock } from '../database/clock.js';
import { JobClaimRepository, newClaimToken } from './job-claim.repository.js';
import { JobGroupRepository } from './job-group.repository.js';
import type { JobDocument } from './job.schema.js';
import { WakeTimes } from './wake-times.js';
import { WorkerPool, type ClaimedJob } from './worker-pool.js';

/** What marks jobs as held by this process. */
export interface Reservation {
  claimToken: string;
  worker: string;
  claimedAt: Date;
  leaseUntil: Date;
}

/**
 * The one in a process that claims: it feeds all slots, with a batch as large as the pool can take, when something was
 * stored here, when a slot becomes free, and at every poll (jobs of other processes, retries that came due). 180 slots
 * that each looked for a job would be 180 queries for one job.
 */
@Injectable()
export class Claimer {
  private readonly logger = new Logger('Queue');
  readonly worker = `${hostname()}:${process.pid}`;
  private claiming: Promise<void> | undefined;
  private busy = false;
  private wanted = false;
  private started = false;
  private paused = false;
  /** True when the last claim found less than it could have taken: then nothing waits but what was stored since. */
  private caughtUp = false;
  /** Due jobs that this process stored unclaimed since the last claim began. They go before newer ones. */
  private storedSince = 0;
  private lastClaimAt: number | undefined;
  private readonly wakes = new WakeTimes(
    () => this.clock.now(),
    () => this.wake(),
  );

  constructor(
    private readonly config: QueueConfig,
    private readonly clock: Clock,
    private readonly claims: JobClaimRepository,
    private readonly groups: JobGroupRepository,
    private readonly pool: WorkerPool,
  ) {}

  start(): void {
    this.started = true;
    this.lastClaimAt = performance.now();
    this.pool.onFree = () => {
      const mayWait = this.wanted || !this.caughtUp || this.storedSince > 0;
      if (mayWait && this.pool.claimable > 0) this.wake();
    };
    this.pool.onDue = () => this.wake();
    this.pool.onLater = (at) => {
      if (this.started) this.wakes.add(at);
    };
    this.wake();
  }

  /** From now on nothing is claimed. Resolves when a claim under way has handed its jobs to the pool. */
  async stop(): Promise<void> {
    this.started = false;
    this.wakes.clear();
    await this.claiming;
  }

  /** When the last claim went through, by the monotonic clock; for the readiness probe. */
  get msSinceLastClaim(): number | undefined {
    return this.lastClaimAt === undefined ? undefined : performance.now() - this.lastClaimAt;
  }

  get running(): boolean {
    return this.started;
  }

  /** True while an operator has stopped claiming in all processes. */
  get isPaused(): boolean {
    return this.paused;
  }

  setPaused(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    this.pool.setPaused(paused);
    this.caughtUp = false;
    this.lastClaimAt = performance.now();
    if (!paused) this.wake();
  }

  /**
   * How many new jobs may be stored as already claimed: as many as there are free slots that nothing waits for. A claim
   * under way does not make it none, or under load there would always be one, for the jobs that the last one made wait.
   */
  get reservable(): number {
    return this.started && !this.paused && this.caughtUp ? Math.max(0, this.pool.free - this.storedSince) : 0;
  }

  reservation(claimedAt: Date): Reservation {
    return {
      claimToken: newClaimToken(),
      worker: this.worker,
      claimedAt,
      leaseUntil: new Date(claimedAt.getTime() + this.config.leaseMs),
    };
  }

  /** This many due jobs were stored unclaimed. */
  stored(count: number): void {
    if (count === 0) return;
    this.storedSince += count;
    this.wake();
  }

  /** Something may be due. */
  wake(): void {
    this.wanted = true;
    if (this.busy || !this.started || this.paused) return;
    this.busy = true;
    this.claiming = this.claimWhileWanted();
  }

  private async claimWhileWanted(): Promise<void> {
    try {
      while (this.wanted && this.started && !this.paused && this.pool.claimable > 0) {
        this.wanted = false;
        await this.claimOnce(this.pool.claimable);
      }
    } catch (error) {
      this.logger.warn({ msg: 'could not claim jobs', error });
    }
    // In the same turn as the last look at `wanted`: a wake in between would be lost until the next poll.
    this.busy = false;
  }

  private async claimOnce(limit: number): Promise<void> {
    const storedBefore = this.storedSince;
    await this.clock.assure();
    const { jobs, noneLeft } = await this.claims.claimBatch({
      limit,
      now: this.clock.date(),
      leaseMs: this.config.leaseMs,
      worker: this.worker,
    });
    this.lastClaimAt = performance.now();
    for (const job of await this.admit(jobs)) void this.pool.runInTurn(job as ClaimedJob);
    this.storedSince -= storedBefore;
    this.caughtUp = noneLeft;
    if (!this.caughtUp) this.wanted = true;
  }

  private async admit(jobs: JobDocument[]): Promise<JobDocument[]> {
    try {
      return await this.groups.admit(jobs);
    } catch (error) {
      // They would be nobody's until their lease runs out.
      if (jobs.length > 0) await this.claims.giveBack(jobs, jobs[0]!.claimToken!);
      throw error;
    }
  }
}
