import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from './job.schema.js';

export interface JobCounts {
  /** Waiting for their first run. */
  pending: number;
  /** Waiting after a run that failed. */
  retrying: number;
  processing: number;
  completed: number;
  dead: number;
}

@Injectable()
export class JobStatsRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /** Each a count over the `status_counts` index alone. */
  async counts(): Promise<JobCounts> {
    const count = (filter: object) => this.jobs.collection.countDocuments(filter);
    const [pending, retrying, processing, completed, dead] = await Promise.all([
      count({ status: 'pending', attempts: { $lte: 0 } }),
      count({ status: 'pending', attempts: { $gt: 0 } }),
      count({ status: 'processing' }),
      count({ status: 'completed' }),
      count({ status: 'dead' }),
    ]);
    return { pending, retrying, processing, completed, dead };
  }

  /** When the longest waiting of the due jobs became due. */
  async oldestDue(now: Date): Promise<Date | undefined> {
    const [oldest] = await this.jobs.collection
      .find({ status: 'pending', blocked: false, runAt: { $lte: now } }, { projection: { _id: 0, runAt: 1 } })
      .sort({ runAt: 1, _id: 1 })
      .limit(1)
      .toArray();
    return oldest?.['runAt'] as Date | undefined;
  }
}
