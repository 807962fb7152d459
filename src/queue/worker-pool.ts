import { Injectable } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import type { Claim } from './job-claim.repository.js';
import type { JobDocument } from './job.schema.js';
import { JobRunner } from './job-runner.js';
import { LeaseKeeper } from './lease-keeper.js';
import { LeaseLostError, ShutdownError } from './queue.errors.js';
import { RunSettler } from './run-settler.js';

/** A job that carries a claim of this process. */
export type ClaimedJob = JobDocument & { claimToken: string };

/**
 * The slots in which handlers run. A slot never looks for a job itself: the claimer fills the free ones. A slot is free
 * again as soon as its handler has ended; the end is written behind its back, with a limit on how many may be waiting.
 */
@Injectable()
export class WorkerPool {
  private readonly running = new Map<AbortController, Promise<void>>();
  /** Work that may still begin runs in slots kept for it. */
  private readonly reserving = new Set<Promise<unknown>>();
  private settling = 0;
  private busySlots = 0;
  private reservedSlots = 0;
  private mustEnd = false;
  /** Told whenever a slot becomes free. */
  onFree: () => void = () => {};

  constructor(
    private readonly config: QueueConfig,
    private readonly leases: LeaseKeeper,
    private readonly settler: RunSettler,
    private readonly runner: JobRunner,
  ) {}

  get total(): number {
    return this.config.workers;
  }

  get busy(): number {
    return this.busySlots;
  }

  /** Slots that may be filled now: none while too many ends wait to be written. */
  get free(): number {
    if (this.settling >= this.config.workers * 4) return 0;
    return Math.max(0, this.config.workers - this.busySlots - this.reservedSlots);
  }

  /** Told when a job became due because the one before it in its group has ended. */
  set onDue(onDue: () => void) {
    this.settler.onDue = onDue;
  }

  /** Keeps slots free for what `work` will run, until it has ended; a drain waits for it too. */
  async reserveWhile<T>(slots: number, work: () => Promise<T>): Promise<T> {
    if (slots === 0) return work();
    this.reservedSlots += slots;
    const working = work();
    this.reserving.add(working);
    try {
      return await working;
    } finally {
      this.reserving.delete(working);
      this.reservedSlots -= slots;
      this.onFree();
    }
  }

  /**
   * Runs a job that is already claimed, unless its lease is over. Resolves when its end is on disk. Never rejects.
   */
  async run(job: ClaimedJob): Promise<void> {
    const controller = new AbortController();
    const claim = { id: job._id.toHexString(), claimToken: job.claimToken };
    if (!this.leases.keep(claim, job.leaseUntil!, controller)) return;
    if (this.mustEnd) controller.abort(new ShutdownError());
    this.busySlots += 1;
    this.settler.begun(job);
    const ended = this.runToEnd(job, claim, controller).finally(() => this.running.delete(controller));
    this.running.set(controller, ended);
    await ended;
  }

  /** Waits for running handlers, then aborts the rest and gives their jobs back unspent. */
  async drain(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => {
      this.mustEnd = true;
      this.settler.close();
      for (const controller of this.running.keys()) controller.abort(new ShutdownError());
    }, timeoutMs);
    while (this.running.size + this.reserving.size > 0) {
      await Promise.allSettled([...this.running.values(), ...this.reserving]);
    }
    clearTimeout(timer);
    this.settler.close();
  }

  private async runToEnd(job: ClaimedJob, claim: Claim, controller: AbortController): Promise<void> {
    const started = performance.now();
    const transition = await this.runner.run(job, controller.signal).finally(() => {
      this.busySlots -= 1;
      this.settling += 1;
      this.onFree();
    });
    const runMs = performance.now() - started;
    // The job of a lost lease is another worker's by now: there is nothing to write.
    if (!(controller.signal.reason instanceof LeaseLostError)) {
      await this.settler.end({ claim, groupKey: job.groupKey, job, runMs, transition });
    }
    this.settling -= 1;
    this.onFree();
  }
}
