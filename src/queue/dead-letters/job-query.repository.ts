import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from '../job.schema.js';
import { toQuery, type JobFilter } from './job-filter.js';

export type ListedJob = Omit<JobDocument, 'payload'>;

export interface JobPage {
  jobs: ListedJob[];
  /** Where the next page begins; null on the last. */
  nextCursor: string | null;
}

/**
 * At most so many jobs are looked at for one page. A filter that few jobs fit would else read all of a million to fill
 * its page; so a page may be short, or even empty, and still have a next one.
 */
const MAX_LOOKED_AT = 5000;
const EMPTY: JobPage = { jobs: [], nextCursor: null };

/** Reads jobs for people. */
@Injectable()
export class JobQueryRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  async find(id: string): Promise<JobDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return (await this.jobs.collection.findOne({ _id: new Types.ObjectId(id) })) as JobDocument | null;
  }

  /**
   * The newest first, by id: a job keeps its place in the list whatever happens to it, so none is shown twice, and none is
   * missed but those that no longer fit.
   */
  async page(filter: JobFilter, limit: number, cursor?: string): Promise<JobPage> {
    const before = cursor === undefined ? {} : { _id: { $lt: new Types.ObjectId(cursor) } };
    const listed = { ...(filter.status !== undefined && { status: filter.status }), ...before };
    const [last] = await this.jobs.collection
      .find(listed, { projection: { _id: 1 } })
      .sort({ _id: -1 })
      .skip(MAX_LOOKED_AT - 1)
      .limit(1)
      .toArray();
    const from = last ? { $gte: last._id } : {};
    const query = { ...toQuery(filter), ...((last || cursor) && { _id: { ...before._id, ...from } }) };
    const rows = (await this.jobs.collection
      .find(query, { projection: { payload: 0 } })
      .sort({ _id: -1 })
      .limit(limit + 1)
      .toArray()) as ListedJob[];
    const jobs = rows.slice(0, limit);
    const end = rows.length > limit ? jobs.at(-1)!._id : last?._id;
    return end ? { jobs, nextCursor: end.toHexString() } : { ...EMPTY, jobs };
  }
}
