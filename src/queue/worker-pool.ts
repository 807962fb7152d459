import { Injectable } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import type { Claim } from './job-claim.repository.js';
import type { JobDocument } from './job.schema.js';
import { JobReporter } from './job-reporter.js';
import { JobRunner } from './job-runner.js';
import { LeaseKeeper } from './lease-keeper.js';
import { LeaseLostError, ShutdownError } from './queue.errors.js';
import { RunSettler } from './run-settler.js';
import { Slots } from './slots.js';

/** A job that carries a claim of this process. */
export type ClaimedJob = JobDocument & { claimToken: string };

/**
 * The slots in which handlers run. A slot never looks for a job itself: the claimer fills the free ones, and a short line
 * before them, so that a slot that becomes free need not wait for a claim. A slot is free again as soon as its handler has
 * ended; the end is written behind its back, with a limit on how many may be waiting.
 */
@Injectable()
export class WorkerPool {
  private readonly slots: Slots;
  private readonly running = new Map<AbortController, Promise<void>>();
  /** Work that may still begin runs in slots kept for it. */
  private readonly reserving = new Set<Promise<unknown>>();
  private settling = 0;
  private mustEnd = false;

  constructor(
    config: QueueConfig,
    private readonly leases: LeaseKeeper,
    private readonly settler: RunSettler,
    private readonly runner: JobRunner,
    private readonly reporter: JobReporter,
  ) {
    this.slots = new Slots(config.workers);
  }

  get total(): number {
    return this.slots.total;
  }

  get busy(): number {
    return this.slots.busy;
  }

  /** Slots that may be filled now: none while too many ends wait to be written. */
  get free(): number {
    return this.isBehind ? 0 : this.slots.free;
  }

  /**
   * How many jobs to claim now: for the free slots, and for the line once half of it is gone, so that claims are few and
   * large. The line is a quarter as long as there are slots: a longer one would keep jobs from other processes.
   */
  get claimable(): number {
    const ahead = this.slots.total >> 2;
    if (this.isBehind || this.slots.waiting > ahead >> 1) return 0;
    return this.slots.free + ahead - this.slots.waiting;
  }

  /** Told whenever there is more to claim for. */
  set onFree(onFree: () => void) {
    this.slots.onFree = onFree;
  }

  /** Told when a job became due because the one before it in its group has ended. */
  set onDue(onDue: () => void) {
    this.settler.onDue = onDue;
  }

  /** Told when a job will be due that runs again. */
  set onLater(onLater: (at: Date) => void) {
    this.settler.onLater = onLater;
  }

  /** Keeps slots free for what `work` will run, until it has ended; a drain waits for it too. */
  async reserveWhile<T>(slots: number, work: () => Promise<T>): Promise<T> {
    if (slots === 0) return work();
    const working = this.slots.keepWhile(slots, work);
    this.reserving.add(working);
    try {
      return await working;
    } finally {
      this.reserving.delete(working);
    }
  }

  /**
   * Runs a job that is already claimed now, in a slot that is kept for it or over and above them all. Resolves when its end
   * is on disk. Never rejects.
   */
  async run(job: ClaimedJob): Promise<void> {
    this.slots.takeKept();
    return this.keepAndRun(job, Promise.resolve(true));
  }

  /** The same as soon as there is a slot for it. */
  async runInTurn(job: ClaimedJob): Promise<void> {
    return this.keepAndRun(job, this.slots.take());
  }

  /** Gives back what waits in line, and what comes to it until this ends. */
  setPaused(paused: boolean): void {
    this.slots.setPaused(paused);
  }

  /** Gives back what waits in line, waits for running handlers, then aborts the rest and gives their jobs back unspent. */
  async drain(timeoutMs: number): Promise<void> {
    this.slots.close();
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

  private get isBehind(): boolean {
    return this.settling >= this.slots.total * 4;
  }

  /** The lease is kept from now on, also in line. A job whose lease is over already is not begun. */
  private async keepAndRun(job: ClaimedJob, slot: Promise<boolean>): Promise<void> {
    const controller = new AbortController();
    const claim = { id: job._id.toHexString(), claimToken: job.claimToken };
    if (!this.leases.keep(claim, job.leaseUntil!, controller)) controller.abort(new LeaseLostError(true));
    this.settler.begun(job);
    const ended = this.runToEnd(job, claim, controller, slot).finally(() => this.running.delete(controller));
    this.running.set(controller, ended);
    await ended;
  }

  private async runToEnd(
    job: ClaimedJob,
    claim: Claim,
    controller: AbortController,
    slot: Promise<boolean>,
  ): Promise<void> {
    const end = { claim, groupKey: job.groupKey, job };
    const gotSlot = await slot;
    if (!gotSlot || isLost(controller)) {
      if (gotSlot) this.slots.release();
      if (isLeftToRescue(controller)) return;
      return this.settler.end({ ...end, runMs: 0, transition: this.runner.handBack() });
    }
    if (this.mustEnd) controller.abort(new ShutdownError());
    const started = performance.now();
    const notes = this.reporter.notes();
    const handled = await this.reporter.trace(job, () => this.runner.run(job, controller.signal, notes));
    const runMs = performance.now() - started;
    this.settling += 1;
    this.slots.release();
    const completed = await this.runner.complete(job, handled);
    // The job of a lost lease may be another worker's by now: there is nothing to tell. If it is not, it goes back.
    const lost = isLost(controller);
    const transition = lost ? this.runner.giveBack() : completed;
    if (!lost) this.reporter.ended({ job, transition, runMs, notes });
    if (!isLeftToRescue(controller)) await this.settler.end({ ...end, runMs, transition });
    const wasBehind = this.isBehind;
    this.settling -= 1;
    if (wasBehind) this.slots.onFree();
  }
}

const isLost = ({ signal }: AbortController): boolean => signal.reason instanceof LeaseLostError;

const isLeftToRescue = ({ signal }: AbortController): boolean =>
  signal.reason instanceof LeaseLostError && !signal.reason.givesBack;
