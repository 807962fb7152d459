import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { claimableUntil } from './claim-order.js';
import { JOB_MODEL, type JobDocument } from './job.schema.js';
import type { JobCounts } from './queue-totals.schema.js';

@Injectable()
export class JobStatsRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /**
   * Counts every job, each state over the keys of an index alone: about a second for each million in MongoDB. Never on
   * request: {@link QueueTotalsReconciler} calls it now and then.
   */
  async counts(): Promise<JobCounts> {
    const count = (filter: object) => this.jobs.collection.countDocuments(filter);
    const [waiting, retrying, processing, completed, dead] = await Promise.all([
      count({ status: 'pending' }),
      count({ status: 'pending', attempts: { $gt: 0 } }),
      count({ status: 'processing' }),
      count({ status: 'completed' }),
      count({ status: 'dead' }),
    ]);
    return { pending: Math.max(0, waiting - retrying), retrying, processing, completed, dead };
  }

  /**
   * All but the completed ones, each state counted up to `limit`: where there are more, the answer is the limit. Reads at
   * most so many keys of an index for each, however many there are.
   */
  async countsUpTo(limit: number): Promise<Omit<JobCounts, 'completed'>> {
    const count = (filter: object) => this.jobs.collection.countDocuments(filter, { limit });
    const [waiting, retrying, processing, dead] = await Promise.all([
      count({ status: 'pending' }),
      count({ status: 'pending', attempts: { $gt: 0 } }),
      count({ status: 'processing' }),
      count({ status: 'dead' }),
    ]);
    const pending = waiting === limit ? limit : Math.max(0, waiting - retrying);
    return { pending, retrying, processing, dead };
  }

  /** When the next job to be claimed became due. */
  async oldestDue(now: Date): Promise<Date | undefined> {
    const [oldest] = await this.jobs.collection
      .find(
        { status: 'pending', blocked: false, order: { $lte: claimableUntil(now) } },
        { projection: { _id: 0, runAt: 1 } },
      )
      .sort({ order: 1, _id: 1 })
      .limit(1)
      .toArray();
    return oldest?.['runAt'] as Date | undefined;
  }
}
