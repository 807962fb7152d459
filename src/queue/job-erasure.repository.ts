import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from './job.schema.js';

/** Deletes jobs, or parts of what they carry, for good: a run of one that is under way can write its end nowhere any more. */
@Injectable()
export class JobErasureRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /** Rare, and so without an index of its own: it walks over all jobs. */
  async eraseLimitKey(limitKey: string): Promise<number> {
    return (await this.jobs.collection.deleteMany({ limitKey })).deletedCount;
  }

  /**
   * Drops these fields of what jobs carry that were stored before a time and are not completed; completed ones carry nothing.
   *
   * @param fields paths within the payload
   */
  async dropFields(fields: readonly string[], before: Date): Promise<void> {
    const paths = fields.map((field) => `payload.${field}`);
    const old = Types.ObjectId.createFromTime(Math.floor(before.getTime() / 1000));
    const $unset = Object.fromEntries(paths.map((path) => [path, '']));
    // State by state, since the index begins with it.
    for (const status of ['pending', 'dead']) {
      const $or = paths.map((path) => ({ [path]: { $exists: true } }));
      await this.jobs.collection.updateMany({ status, _id: { $lt: old }, $or }, { $unset });
    }
  }

  /** A walk over all jobs, too. */
  async eraseGroup(groupKey: string): Promise<void> {
    await this.jobs.collection.deleteMany({ groupKey });
  }

  /**
   * Jobs that belong to no group, by what they carry; completed ones carry nothing.
   *
   * @param field path within the payload
   */
  async eraseCarrying(field: string, value: string, limitKey?: string): Promise<void> {
    const of = { groupKey: { $exists: false }, ...(limitKey !== undefined && { limitKey }) };
    for (const status of ['pending', 'processing', 'dead']) {
      await this.jobs.collection.deleteMany({ status, ...of, [`payload.${field}`]: value });
    }
  }

  /** By the end of their group's key; a walk over all jobs as well. */
  async eraseGroupsEndingIn(suffix: string): Promise<number> {
    const end = `${suffix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
    return (await this.jobs.collection.deleteMany({ groupKey: { $regex: end } })).deletedCount;
  }
}
