import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { newestFirst, type ScannedPage } from '../../database/newest-first.js';
import { JOB_MODEL, type JobDocument } from '../job.schema.js';
import { toQuery, type JobFilter } from './job-filter.js';

const MAX_OF_KEYS = 5000;
/** Each is a query of its own. */
const MAX_WINDOWED_KEYS = 100;

export type ListedJob = Omit<JobDocument, 'payload'>;

/** Reads jobs for people. */
@Injectable()
export class JobQueryRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  async find(id: string): Promise<JobDocument | null> {
    if (!Types.ObjectId.isValid(id)) return null;
    return (await this.jobs.collection.findOne({ _id: new Types.ObjectId(id) })) as JobDocument | null;
  }

  /** The newest first, without payloads; see {@link newestFirst}. */
  page(filter: JobFilter, limit: number, cursor?: string): Promise<ScannedPage<ListedJob>> {
    const { from, to, status } = filter;
    return newestFirst(this.jobs.collection, {
      indexed: status === undefined ? {} : { status },
      filter: toQuery(filter),
      projection: { payload: 0 },
      limit,
      cursor,
      from,
      to,
    });
  }

  /** Those kept with one of these keys, exactly as they are stored. */
  withStoredKeys(dedupKeys: readonly string[]): Promise<ListedJob[]> {
    return this.byKey({ $in: [...dedupKeys] });
  }

  /**
   * The jobs of these keys, also those whose key counts for a window of time: then several may have the same one.
   * Reads by the index of keys.
   */
  async withKeys(keys: readonly string[]): Promise<ListedJob[]> {
    const exact = await this.withStoredKeys(keys);
    const found = new Set(exact.map(({ dedupKey }) => dedupKey));
    const rest = keys.filter((key) => !found.has(key)).slice(0, MAX_WINDOWED_KEYS);
    const windowed = await Promise.all(rest.map((key) => this.byKey({ $gt: `${key}@`, $lt: `${key}A` })));
    return [...exact, ...windowed.flat()];
  }

  private byKey(dedupKey: object): Promise<ListedJob[]> {
    return this.jobs.collection
      .find({ dedupKey: { $exists: true, ...dedupKey } }, { projection: { payload: 0 } })
      .limit(MAX_OF_KEYS)
      .toArray() as unknown as Promise<ListedJob[]>;
  }
}
