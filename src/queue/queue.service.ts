import { Injectable } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Batcher } from '../database/batcher.js';
import { sizeAtMost } from '../database/document-size.js';
import { Claimer } from './claimer.js';
import { JobIntake } from './job-intake.js';
import type { JobDocument } from './job.schema.js';
import type { EnqueuedJob, NewJob } from './job.types.js';
import { QueueCounters } from './queue-counters.js';
import { WorkerPool, type ClaimedJob } from './worker-pool.js';

const BATCH = 500;
/** About ten seconds of work for the store; above it new events are refused rather than held in memory. */
const MAX_PENDING = 50_000;
/** A server takes 48 MB in one message. */
const MAX_COMMAND_BYTES = 16_000_000;
/** Short: somebody waits for the answer to a webhook. */
const LINGER_MS = 4;

interface Taken {
  enqueued: EnqueuedJob;
  /** Set when the job was stored as claimed by this process: resolves when its first run has ended. */
  ended: Promise<void> | undefined;
}

/** The door to the queue. */
@Injectable()
export class QueueService {
  private readonly batcher = new Batcher<NewJob, Taken>({
    run: (jobs) => this.write(jobs),
    maxItems: BATCH,
    maxPending: MAX_PENDING,
    weigh: ({ payload }) => sizeAtMost(payload),
    maxWeight: MAX_COMMAND_BYTES,
    lingerMs: LINGER_MS,
  });

  constructor(
    private readonly config: QueueConfig,
    private readonly intake: JobIntake,
    private readonly claimer: Claimer,
    private readonly pool: WorkerPool,
    private readonly counters: QueueCounters,
  ) {}

  /**
   * Stores jobs; resolves once all are on disk, with one entry for each in the same order. Callers at the same time
   * share writes. In direct mode it resolves after the first run of those that could start at once.
   *
   * @throws {BacklogError} when the database can't keep up; nothing of this call's last jobs was stored
   */
  async enqueue(jobs: NewJob[]): Promise<EnqueuedJob[]> {
    const taken = await Promise.all(jobs.map((job) => this.batcher.add(job)));
    if (!this.config.enabled) await Promise.all(taken.map(({ ended }) => ended));
    return taken.map(({ enqueued }) => enqueued);
  }

  private async write(jobs: NewJob[]): Promise<Taken[]> {
    const slots = Math.min(this.startable(jobs), jobs.length);
    const runs = new Map<string, Promise<void>>();
    const stored = await this.pool.reserveWhile(slots, () =>
      this.intake.store(jobs, slots, (job) => {
        runs.set(job._id.toHexString(), this.pool.run(job as ClaimedJob));
      }),
    );
    const inserted = stored.filter(({ result }) => result === 'inserted').length;
    this.counters.count('enqueued', inserted);
    this.counters.moved(null, 'pending', inserted);
    this.counters.count('duplicates', jobs.length - inserted);
    this.counters.count('deferred', stored.filter(({ deferred }) => deferred).length);
    const waiting = stored.filter(({ job, result }) => result === 'inserted' && isDue(job));
    this.claimer.stored(waiting.length);
    return stored.map(({ job, result }): Taken => {
      const id = job._id.toHexString();
      const duplicate = result === 'duplicate';
      return { enqueued: { id: duplicate ? null : id, duplicate }, ended: runs.get(id) };
    });
  }

  /** How many of these jobs may begin as soon as they are stored: none in a shutdown, all of them in direct mode. */
  private startable(jobs: NewJob[]): number {
    if (this.config.enabled) return this.claimer.reservable;
    return this.claimer.running && !this.claimer.isPaused ? jobs.length : 0;
  }
}

/** Unclaimed, and in nobody's way but the claimer's. */
const isDue = ({ status, blocked, runAt, createdAt }: JobDocument) =>
  status === 'pending' && !blocked && runAt <= createdAt;
