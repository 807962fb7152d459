import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from '../job.schema.js';

/** Dead jobs whose last error has the same code. */
export interface DeadLetterGroup {
  /** Null: nothing says why. */
  code: string | null;
  count: number;
  /** Of one of them. */
  message: string | null;
  kinds: string[];
  limitKeys: string[];
  /** When the first and the last of them died. */
  firstAt: Date;
  lastAt: Date;
}

/** Takes 100 ms beside a full load already with 5,000. */
const MAX_LOOKED_AT = 3000;

/** Dead jobs by what killed them. */
@Injectable()
export class DeadLetterGroupsRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /** The largest first, of the newest dead jobs only: `lookedAt` of them. */
  async groups(): Promise<{ groups: DeadLetterGroup[]; lookedAt: number }> {
    const groups = await this.jobs.collection
      .aggregate<DeadLetterGroup>([
        { $match: { status: 'dead' } },
        { $sort: { _id: -1 } },
        { $limit: MAX_LOOKED_AT },
        { $project: { kind: 1, limitKey: 1, finishedAt: 1, error: { $arrayElemAt: ['$errors', -1] } } },
        {
          $group: {
            _id: { $ifNull: ['$error.code', null] },
            count: { $sum: 1 },
            message: { $first: { $ifNull: ['$error.message', null] } },
            kinds: { $addToSet: '$kind' },
            limitKeys: { $addToSet: '$limitKey' },
            firstAt: { $min: '$finishedAt' },
            lastAt: { $max: '$finishedAt' },
          },
        },
        {
          $project: {
            _id: 0,
            code: '$_id',
            count: 1,
            message: 1,
            kinds: 1,
            limitKeys: 1,
            firstAt: 1,
            lastAt: 1,
          },
        },
        { $sort: { count: -1, lastAt: -1 } },
      ])
      .toArray();
    return { groups, lookedAt: groups.reduce((sum, { count }) => sum + count, 0) };
  }
}
