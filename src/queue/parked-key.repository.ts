import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from './job.schema.js';
import { PARKED_KEY_MODEL, type ParkedKeyDocument } from './parked-key.schema.js';

const BATCH = 500;

export interface ParkedKey {
  key: string;
  until: Date | null;
  reason: string;
  at: Date;
}

@Injectable()
export class ParkedKeyRepository {
  constructor(
    @InjectModel(PARKED_KEY_MODEL) private readonly keys: Model<ParkedKeyDocument>,
    @InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>,
  ) {}

  /** Parks the key, or changes until when and why it is. */
  async put({ key, ...rest }: ParkedKey): Promise<void> {
    await this.keys.collection.updateOne({ _id: key as never }, { $set: rest }, { upsert: true });
  }

  /** Returns whether it was parked. */
  async remove(key: string): Promise<boolean> {
    return (await this.keys.collection.deleteOne({ _id: key as never })).deletedCount === 1;
  }

  /** Ends what was parked until a time that has come; one that another process has lengthened stays. */
  async removeEnded(now: Date): Promise<number> {
    return (await this.keys.collection.deleteMany({ until: { $lte: now } })).deletedCount;
  }

  async all(): Promise<ParkedKey[]> {
    const rows = (await this.keys.collection
      .find({})
      .sort({ _id: 1 })
      .toArray()) as unknown as ParkedKeyDocument[];
    return rows.map(({ _id, until, reason, at }) => ({ key: _id, until, reason, at }));
  }

  /** The keys for which jobs are set aside. Jumps from key to key in the index `parked`, however many jobs each has. */
  async keysWithJobs(): Promise<string[]> {
    const keys: string[] = [];
    for (;;) {
      const after = keys.at(-1);
      const next = await this.jobs.collection.findOne(
        { parked: after === undefined ? { $gte: '' } : { $gt: after } },
        { projection: { _id: 0, parked: 1 }, sort: { parked: 1, order: 1 } },
      );
      if (!next) return keys;
      keys.push(next['parked'] as string);
    }
  }

  /** Puts jobs of the key back among those that wait, in their old order, a batch at a time. Returns how many. */
  async releaseJobs(key: string): Promise<number> {
    let released = 0;
    for (;;) {
      // Asked for each batch: it may have been parked again.
      if (await this.keys.collection.findOne({ _id: key as never }, { projection: { _id: 1 } }))
        return released;
      const batch = await this.jobs.collection
        .find({ parked: key }, { projection: { _id: 1 } })
        .sort({ parked: 1, order: 1 })
        .limit(BATCH)
        .toArray();
      if (batch.length === 0) return released;
      const { modifiedCount } = await this.jobs.collection.updateMany(
        { _id: { $in: batch.map(({ _id }) => _id) }, parked: key },
        { $set: { blocked: false }, $unset: { parked: 1 } },
      );
      released += modifiedCount;
    }
  }
}
