import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, mongo } from 'mongoose';
import {
  QUEUE_TOTALS_MODEL,
  noChange,
  type CountedState,
  type JobCounts,
  type QueueTotalsDocument,
  type TotalsChange,
} from './queue-totals.schema.js';
import { noCounts } from './queue-minute.schema.js';

const ONLY_ONE = { _id: 'jobs' };

/** The running totals of the queue. Every method is a read or write of one document by its id. */
@Injectable()
export class QueueTotalsRepository {
  private readonly totals: mongo.Collection<QueueTotalsDocument>;

  constructor(@InjectModel(QUEUE_TOTALS_MODEL) totals: Model<QueueTotalsDocument>) {
    this.totals = totals.collection as unknown as mongo.Collection<QueueTotalsDocument>;
  }

  /** Null in a database whose jobs were never counted. */
  async read(): Promise<QueueTotalsDocument | null> {
    return this.totals.findOne(ONLY_ONE);
  }

  /** Begins with these counts, unless another process has begun. */
  async begin(jobs: JobCounts, now: Date): Promise<void> {
    const $setOnInsert = { jobs, moves: 0, events: noCounts(), countedAt: now, nextCountAt: now };
    await this.totals.updateOne(ONLY_ONE, { $setOnInsert }, { upsert: true });
  }

  /** Adds what one process changed. */
  async add({ jobs, moves, events }: TotalsChange): Promise<void> {
    const increments = [
      ...Object.entries(jobs).map(([state, by]) => [`jobs.${state}`, by] as const),
      ...Object.entries(events).map(([name, by]) => [`events.${name}`, by] as const),
      ['moves', moves] as const,
    ].filter(([, by]) => by !== 0);
    if (increments.length === 0) return;
    await this.totals.updateOne(ONLY_ONE, { $inc: Object.fromEntries(increments) });
  }

  /** The same for commands, which write down at once that `by` jobs changed their state. */
  async moved(from: CountedState, to: CountedState, by: number): Promise<void> {
    const change = noChange();
    change.jobs[from] -= by;
    change.jobs[to] += by;
    await this.add({ ...change, moves: by });
  }

  /** Makes it time to count, whatever was agreed. */
  async countSoon(now: Date): Promise<void> {
    await this.totals.updateOne(ONLY_ONE, { $min: { nextCountAt: now } });
  }

  /** True for one caller of all processes, once it is time to count; nobody else's time comes before `nextCountAt`. */
  async takeTurn(now: Date, nextCountAt: Date): Promise<boolean> {
    const { matchedCount } = await this.totals.updateOne(
      { ...ONLY_ONE, nextCountAt: { $lte: now } },
      { $set: { nextCountAt } },
    );
    return matchedCount === 1;
  }

  /**
   * Adds the correction that a count came to, but only if since then no change was added and no other count ended: two
   * processes have counted when the turn of one ran out while it stood still.
   *
   * @param since the totals as they were when the count was compared with them
   */
  async correct(
    correction: JobCounts,
    since: Pick<QueueTotalsDocument, 'moves' | 'countedAt'>,
    countedAt: Date,
    nextCountAt: Date,
  ): Promise<boolean> {
    const $inc = Object.fromEntries(Object.entries(correction).map(([state, by]) => [`jobs.${state}`, by]));
    const { matchedCount } = await this.totals.updateOne(
      { ...ONLY_ONE, moves: since.moves, countedAt: since.countedAt },
      { $inc, $set: { countedAt, nextCountAt } },
    );
    return matchedCount === 1;
  }
}
