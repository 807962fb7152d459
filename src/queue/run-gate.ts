import { Injectable } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import type { JobDocument } from './job.schema.js';
import { defer, park, type Transition } from './job-transitions.js';
import { ParkedKeys } from './parked-keys.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * The last look at a claimed job before its handler runs: what may not run now goes back unspent, in its place within
 * its group.
 */
@Injectable()
export class RunGate {
  constructor(
    private readonly clock: Clock,
    private readonly parked: ParkedKeys,
    private readonly limiter: RateLimiter,
  ) {}

  /** How the job goes back; undefined when it may run. Needs the database only for jobs that were stored for later. */
  check(job: JobDocument): Transition | undefined | Promise<Transition | undefined> {
    if (this.parked.has(job.limitKey)) return park(job.limitKey!);
    return job.awaitsLimit ? this.checkLimit(job) : undefined;
  }

  private async checkLimit(job: JobDocument): Promise<Transition | undefined> {
    const now = this.clock.date();
    const charged = { ...job };
    await this.limiter.charge([charged], now);
    return charged.runAt > now ? defer(charged.runAt) : undefined;
  }
}
