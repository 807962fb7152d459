import { Injectable } from '@nestjs/common';
import { QueueConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { QueueTotalsRepository } from '../queue-totals.repository.js';
import { DeadLetterRepository, type DeadLetter, type DeadLetterFilter } from './dead-letter.repository.js';

const BATCH = 500;

export interface BulkOptions {
  /** Who asked for it; kept on each job. */
  by: string;
  /** Most jobs of this call; the rest stays dead, for a next call. */
  limit: number;
  onProgress?: (done: number) => void;
}

export interface RedriveOptions extends BulkOptions {
  /** Jobs a second: each is due so much later than the one before. Not given: all at once. */
  rate?: number;
  /** When the first is due; with a rate, what the call before answered as `nextRunAt`. Default: now. */
  startAt?: Date;
}

export interface Redriven {
  redriven: number;
  /** True when jobs that fit are still dead. */
  more: boolean;
  /** When the next one would be due at this rate. */
  nextRunAt: Date;
}

/** What an operator does with jobs that are dead: look for them in {@link JobQueryRepository}, redrive, discard. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly config: QueueConfig,
    private readonly clock: Clock,
    private readonly deadLetters: DeadLetterRepository,
    private readonly totals: QueueTotalsRepository,
  ) {}

  /** How many a redrive or discard with this filter would find. */
  count(filter: DeadLetterFilter): Promise<number> {
    return this.deadLetters.count(filter);
  }

  /** False when the job is not dead (any more). */
  async redriveOne(id: string, by: string): Promise<boolean> {
    const now = this.clock.date();
    const redriven = await this.deadLetters.redrive([{ id, runAt: now }], by, now);
    await this.totals.moved('dead', 'pending', redriven);
    return redriven === 1;
  }

  /**
   * In batches, each on its own: cut short at any point, a call with the same filter goes on with what is still dead.
   * Jobs that die again meanwhile are left alone.
   */
  async redrive(filter: DeadLetterFilter, options: RedriveOptions): Promise<Redriven> {
    const { by, rate } = options;
    const start = options.startAt ?? this.clock.date();
    let redriven = 0;
    const runAt = (position: number) =>
      new Date(start.getTime() + (rate === undefined ? 0 : Math.floor((position * 1000) / rate)));
    const more = await this.eachBatch(filter, options, async (batch) => {
      const jobs = batch.map(({ id }, position) => ({ id, runAt: runAt(redriven + position) }));
      const count = await this.deadLetters.redrive(jobs, by, this.clock.date());
      await this.totals.moved('dead', 'pending', count);
      redriven += count;
      return count;
    });
    return { redriven, more, nextRunAt: runAt(redriven) };
  }

  async discardOne(id: string, by: string): Promise<boolean> {
    return (await this.discardEach([id], by)) === 1;
  }

  async discard(
    filter: DeadLetterFilter,
    options: BulkOptions,
  ): Promise<{ discarded: number; more: boolean }> {
    let discarded = 0;
    const more = await this.eachBatch(filter, options, async (batch) => {
      const count = await this.discardEach(
        batch.map(({ id }) => id),
        options.by,
      );
      discarded += count;
      return count;
    });
    return { discarded, more };
  }

  private async discardEach(ids: string[], by: string): Promise<number> {
    const now = this.clock.date();
    const expiresAt = new Date(now.getTime() + this.config.completedRetentionMs);
    const count = await this.deadLetters.discard(ids, by, now, expiresAt);
    await this.totals.moved('dead', 'completed', count);
    return count;
  }

  /** Goes through what is dead once, by id. Returns whether the limit left something over. */
  private async eachBatch(
    filter: DeadLetterFilter,
    { limit, onProgress }: BulkOptions,
    work: (batch: DeadLetter[]) => Promise<number>,
  ): Promise<boolean> {
    let after: string | null = null;
    for (let done = 0; done < limit;) {
      const wanted = Math.min(BATCH, limit - done);
      const batch: DeadLetter[] = await this.deadLetters.batch(filter, wanted, after);
      if (batch.length > 0) done += await work(batch);
      onProgress?.(done);
      if (batch.length < wanted) return false;
      after = batch.at(-1)!.id;
    }
    return (await this.deadLetters.batch(filter, 1, after)).length > 0;
  }
}
