import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { WriteCommands } from '../database/write-commands.js';
import { DUPLICATE_KEY, type BulkItemError } from '../database/write-errors.js';
import { orderFrom } from './claim-order.js';
import { windowedKey } from './dedup-window.js';
import { GROUP_LOCK_INDEX, JOB_MODEL, type JobDocument } from './job.schema.js';
import type { NewJob } from './job.types.js';

/** What became of one document of an insert. */
export type InsertResult = 'inserted' | 'duplicate' | 'group_busy' | BulkItemError;

/** A new job as it will be stored, not yet in its group's order. */
export function toDocument(job: NewJob, now: Date): JobDocument {
  const dedupKey = windowedKey(job)?.key ?? job.dedupKey;
  const later = job.runAt !== undefined && job.runAt > now;
  return {
    _id: new Types.ObjectId(),
    kind: job.kind,
    status: 'pending',
    payload: job.payload,
    ...(dedupKey !== undefined && { dedupKey }),
    ...(job.dedupWindow && { dedupAt: job.dedupWindow.at }),
    ...(job.groupKey !== undefined && { groupKey: job.groupKey }),
    ...(job.limitKey !== undefined && { limitKey: job.limitKey }),
    ...(later && job.limitKey !== undefined && { awaitsLimit: true }),
    blocked: false,
    runAt: job.runAt ?? now,
    order: later ? orderFrom(job.runAt!) : now,
    attempts: 0,
    rescues: 0,
    errors: [],
    ...(job.trace !== undefined && { trace: job.trace }),
    createdAt: now,
  };
}

@Injectable()
export class JobIntakeRepository {
  private readonly commands: WriteCommands;

  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {
    this.commands = new WriteCommands(jobs.db, jobs.collection.collectionName);
  }

  /**
   * Stores jobs with one command; resolves once all are on disk, with one result for each in the same order.
   * `duplicate`: a kept job has its `dedupKey`. `group_busy`: another job holds the group's lock; nothing was stored.
   */
  async insert(jobs: JobDocument[]): Promise<InsertResult[]> {
    if (jobs.length === 0) return [];
    const errors = await this.commands.insert(jobs);
    return errors.map((error) => {
      if (error === null) return 'inserted';
      if (error.code !== DUPLICATE_KEY) return error;
      return error.violatedIndex === GROUP_LOCK_INDEX ? 'group_busy' : 'duplicate';
    });
  }

  /** The moments from which these windowed keys count, as far as jobs with them are kept. */
  async dedupTimes(keys: string[]): Promise<Map<string, Date>> {
    const found = await this.jobs.collection
      .find({ dedupKey: { $in: keys } }, { projection: { _id: 0, dedupKey: 1, dedupAt: 1 } })
      .toArray();
    return new Map(found.map((job) => [job['dedupKey'] as string, job['dedupAt'] as Date]));
  }
}
