import { Injectable } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { orderFrom, orderOfFresh } from './claim-order.js';
import type { JobDocument } from './job.schema.js';
import { KeyAllowance, type Chunk } from './key-allowance.js';
import { RateLimitRepository } from './rate-limit.repository.js';

const MINUTE_MS = 60_000;
/** A reservation is a command: one for each hundredth of the limit, so that a process that ends wastes at most that. */
const CHUNKS_OF_A_LIMIT = 100;
/** Keys in memory before those without a usable chunk are dropped. */
const MAX_IDLE_KEYS = 10_000;

/** Which chunk each job was charged to. */
export type Charges = Map<JobDocument, Chunk>;

/**
 * Holds each `limitKey` to its jobs a minute, over all processes, by their time to run: what is above is put off in
 * order of arrival, never refused. A process reserves chunks of the limit in the database and charges jobs to them in
 * memory. Nothing here counts what runs: a chunk is a piece of time, so a process that is killed leaves nothing to be
 * given back.
 */
@Injectable()
export class RateLimiter {
  private readonly allowances = new Map<string, KeyAllowance>();
  private pruneAt = MAX_IDLE_KEYS;
  private readonly chunkSize: number;
  private readonly maxChunks: number;
  private readonly paceMs: number;

  constructor(
    config: QueueConfig,
    private readonly limits: RateLimitRepository,
  ) {
    this.chunkSize = Math.ceil(config.rateLimitPerMinute / CHUNKS_OF_A_LIMIT);
    this.maxChunks = Math.floor(config.rateLimitPerMinute / this.chunkSize);
    this.paceMs = MINUTE_MS / config.rateLimitPerMinute;
  }

  /** Sets `runAt` and `order` of jobs that may run now as far as they are concerned. Those without a key are free. */
  async charge(jobs: JobDocument[], now: Date): Promise<Charges> {
    const charges: Charges = new Map();
    const short: Promise<void>[] = [];
    for (const [key, ofKey] of byLimitKey(jobs)) {
      const allowance = this.allowanceOf(key, now);
      const charged = this.use(allowance, ofKey, now, charges);
      if (charged < ofKey.length) {
        short.push(this.chargeRest(allowance, ofKey.slice(charged), now, charges));
      }
    }
    if (short.length > 0) await Promise.all(short);
    return charges;
  }

  /** Gives back what duplicates were charged. */
  refund(jobs: JobDocument[], charges: Charges): void {
    for (const job of jobs) {
      const chunk = charges.get(job);
      if (chunk) this.allowances.get(job.limitKey!)?.giveBack(chunk);
    }
  }

  private async chargeRest(
    allowance: KeyAllowance,
    jobs: JobDocument[],
    now: Date,
    charges: Charges,
  ): Promise<void> {
    let rest = jobs;
    while (rest.length > 0) {
      const wanted = rest.length;
      await allowance.refill(now, ({ key, usableUntil }) =>
        this.limits.reserve({
          key,
          chunks: Math.ceil(wanted / this.chunkSize),
          maxChunks: this.maxChunks,
          chunkMs: this.chunkSize * this.paceMs,
          now,
          usableUntil,
        }),
      );
      rest = rest.slice(this.use(allowance, rest, now, charges));
    }
  }

  /** Charges as many of the jobs, from the first on, as there are usable chunks for; returns how many. */
  private use(allowance: KeyAllowance, jobs: JobDocument[], now: Date, charges: Charges): number {
    for (const [index, job] of jobs.entries()) {
      const place = allowance.take(now);
      if (!place) return index;
      const { chunk, aheadMs, begin } = place;
      job.runAt = begin ?? now;
      job.order = begin ? orderFrom(begin) : orderOfFresh(now, aheadMs);
      charges.set(job, chunk);
    }
    return jobs.length;
  }

  private allowanceOf(key: string, now: Date): KeyAllowance {
    const known = this.allowances.get(key);
    if (known) return known;
    if (this.allowances.size >= this.pruneAt) this.prune(now);
    const allowance = new KeyAllowance(key, this.chunkSize, this.paceMs);
    this.allowances.set(key, allowance);
    return allowance;
  }

  private prune(now: Date): void {
    for (const [key, allowance] of this.allowances) if (allowance.isIdle(now)) this.allowances.delete(key);
    this.pruneAt = Math.max(MAX_IDLE_KEYS, this.allowances.size * 2);
  }
}

function byLimitKey(jobs: JobDocument[]): Map<string, JobDocument[]> {
  const keys = new Map<string, JobDocument[]>();
  for (const job of jobs) {
    if (job.limitKey === undefined) continue;
    const ofKey = keys.get(job.limitKey);
    if (ofKey) ofKey.push(job);
    else keys.set(job.limitKey, [job]);
  }
  return keys;
}
