import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { JobStatsRepository } from './job-stats.repository.js';
import { QueueTotalsRepository } from './queue-totals.repository.js';
import { countedStates, noJobs, type JobCounts, type QueueTotalsDocument } from './queue-totals.schema.js';

/** Longer than any process keeps its changes to itself. */
export const SETTLE_MS = 2000;
/** A count that took t ms comes again after 100 × t at the earliest, so that counting never takes over 1 % of the store. */
const PAUSE_FACTOR = 100;
const MIN_PAUSE_MS = 10_000;
/** Somebody else may count when the one whose turn it was has not ended by then. */
const TURN_MS = 60_000;
/** A count that is overdue for so long is made by nobody. */
const STALE_MS = 10_000;

interface Count {
  jobs: JobCounts;
  tookMs: number;
  before: QueueTotalsDocument;
  after: QueueTotalsDocument;
  /** On the monotonic clock. */
  at: number;
}

/**
 * Puts the totals right, which the queue's processes keep only by what they say they changed: a killed one takes its
 * last second of changes with it, and retention deletes jobs without telling anybody.
 *
 * In the background one process at a time counts the jobs by their index, waits until everyone must have written what
 * they changed before the count, and compares. If nothing was written meanwhile, the difference is exactly what is
 * wrong. In a busy queue a difference that the changes of these seconds can explain is left alone until the next time.
 */
@Injectable()
export class QueueTotalsReconciler {
  private readonly logger = new Logger('Queue');
  private counted: Count | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly jobs: JobStatsRepository,
    private readonly totals: QueueTotalsRepository,
  ) {}

  /** The totals; counts once in the life of a database. */
  async current(): Promise<QueueTotalsDocument> {
    const totals = await this.totals.read();
    if (totals) return totals;
    await this.totals.begin(await this.jobs.counts(), this.clock.date());
    return (await this.totals.read())!;
  }

  /** For a process that starts: the one before it may have been killed. Counts once in the life of a database by itself. */
  async begin(): Promise<void> {
    await this.current();
    await this.totals.countSoon(this.clock.date());
  }

  /** One step: counts if it is this process's turn, or finishes the count before. Never rejects; calls do not overlap. */
  step(): Promise<void> {
    this.running ??= this.nextStep()
      .catch((error: unknown) => {
        this.counted = undefined;
        this.logger.warn({ msg: 'could not check the totals', error });
      })
      .finally(() => (this.running = undefined));
    return this.running;
  }

  /** Resolves when no step is under way. */
  async stopped(): Promise<void> {
    await this.running;
  }

  /**
   * Counts at once if nobody has for minutes: for commands, since then no server is at work and nothing is under way.
   */
  async recountIfStale(): Promise<void> {
    const { nextCountAt } = await this.current();
    if (this.clock.now() - nextCountAt.getTime() > STALE_MS) await this.finish(await this.count());
  }

  private async nextStep(): Promise<void> {
    const { counted } = this;
    if (!counted) {
      if (await this.totals.takeTurn(this.clock.date(), this.clock.date(TURN_MS))) {
        this.counted = await this.count();
      }
    } else if (performance.now() - counted.at >= SETTLE_MS) {
      this.counted = undefined;
      await this.finish(counted);
    }
  }

  private async count(): Promise<Count> {
    const before = await this.current();
    const started = performance.now();
    const jobs = await this.jobs.counts();
    const tookMs = performance.now() - started;
    return { jobs, tookMs, before, after: await this.current(), at: performance.now() };
  }

  private async finish({ jobs, tookMs, before, after }: Count): Promise<void> {
    const { moves } = await this.current();
    const correction = noJobs();
    for (const state of countedStates) {
      const difference = jobs[state] - after.jobs[state];
      if (Math.abs(difference) > moves - before.moves) correction[state] = difference;
    }
    const nextCountAt = this.clock.date(Math.max(MIN_PAUSE_MS, PAUSE_FACTOR * tookMs));
    const since = { moves, countedAt: before.countedAt };
    const put = await this.totals.correct(correction, since, this.clock.date(), nextCountAt);
    if (put && countedStates.some((state) => correction[state] !== 0)) {
      this.logger.debug({ msg: 'totals put right', correction });
    }
  }
}
