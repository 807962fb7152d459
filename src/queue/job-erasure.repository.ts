import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from './job.schema.js';

/** Deletes jobs for good, whatever their state: a run of one that is under way can write its end nowhere any more. */
@Injectable()
export class JobErasureRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /** Rare, and so without an index of its own: it walks over all jobs. */
  async eraseLimitKey(limitKey: string): Promise<number> {
    return (await this.jobs.collection.deleteMany({ limitKey })).deletedCount;
  }

  /** By the end of their group's key; a walk over all jobs as well. */
  async eraseGroupsEndingIn(suffix: string): Promise<number> {
    const end = `${suffix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
    return (await this.jobs.collection.deleteMany({ groupKey: { $regex: end } })).deletedCount;
  }
}
