import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, Types } from 'mongoose';
import { idsAround } from '../../database/newest-first.js';
import { WriteCommands } from '../../database/write-commands.js';
import { orderFrom } from '../claim-order.js';
import { JOB_MODEL, type JobDocument } from '../job.schema.js';
import { toQuery, type JobFilter } from './job-filter.js';

export type DeadLetterFilter = Omit<JobFilter, 'status'>;

export interface DeadLetter {
  id: string;
  groupKey: string | undefined;
}

const NOT_DEAD = { outcome: 1, finishedAt: 1, expiresAt: 1 } as const;

/** Dead jobs, and the two ways out of that state. Every write names the state that it found. */
@Injectable()
export class DeadLetterRepository {
  private readonly commands: WriteCommands;

  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {
    this.commands = new WriteCommands(jobs.db, jobs.collection.collectionName);
  }

  /** The oldest first, after `afterId`: events of a conversation go back in the order in which they came. */
  async batch(filter: DeadLetterFilter, limit: number, afterId: string | null): Promise<DeadLetter[]> {
    const rows = await this.jobs.collection
      .find(
        { ...toQuery(filter), status: 'dead', ...toIds(filter, afterId) },
        { projection: { groupKey: 1 } },
      )
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    return rows.map((job) => ({
      id: job._id.toHexString(),
      groupKey: job['groupKey'] as string | undefined,
    }));
  }

  async count(filter: DeadLetterFilter): Promise<number> {
    return this.jobs.collection.countDocuments({
      ...toQuery(filter),
      status: 'dead',
      ...toIds(filter, null),
    });
  }

  /**
   * dead → pending, with a new set of attempts; its errors stay, and what was done is added to its lineage. It is the same
   * document, so its `dedupKey` stays taken throughout. It counts against its key's limit again, and takes its turn in its
   * group when it is claimed: what came after it meanwhile was not held up, and may have been answered. Returns how many
   * still were dead.
   */
  async redrive(jobs: { id: string; runAt: Date }[], by: string, at: Date): Promise<number> {
    const { errors, matched } = await this.commands.update(
      jobs.map(({ id, runAt }) => ({
        filter: { _id: new Types.ObjectId(id), status: 'dead' },
        update: redriveUpdate(runAt, by, at),
      })),
    );
    const failed = errors.find((error) => error !== null);
    if (failed) throw failed;
    return matched;
  }

  /**
   * dead → completed without having run: nothing is left to answer, and the key still keeps redeliveries out. Returns
   * how many still were dead.
   */
  async discard(ids: string[], by: string, at: Date, expiresAt: Date): Promise<number> {
    if (ids.length === 0) return 0;
    const { modifiedCount } = await this.jobs.collection.updateMany(
      { _id: { $in: ids.map((id) => new Types.ObjectId(id)) }, status: 'dead' },
      {
        $set: {
          status: 'completed',
          finishedAt: at,
          expiresAt,
          outcome: { result: 'ignored', reason: 'discarded', by },
        },
        $unset: { payload: 1 },
      },
    );
    return modifiedCount;
  }
}

/** The ids that can fit, as conditions on `_id`. */
function toIds({ ids, from, to }: JobFilter, afterId: string | null): object {
  const conditions = {
    ...idsAround({ from, to }),
    ...(afterId !== null && { $gt: new Types.ObjectId(afterId) }),
    ...(ids && { $in: ids.map((id) => new Types.ObjectId(id)) }),
  };
  return Object.keys(conditions).length > 0 ? { _id: conditions } : {};
}

const redriveUpdate = (runAt: Date, by: string, at: Date): object[] => [
  {
    $set: {
      status: 'pending',
      blocked: false,
      awaitsLimit: true,
      runAt,
      order: runAt > at ? orderFrom(runAt) : at,
      redrives: {
        $concatArrays: [
          { $ifNull: ['$redrives', []] },
          [{ at, by: { $literal: by }, attemptsBefore: '$attempts' }],
        ],
      },
    },
  },
  { $set: { attempts: 0, rescues: 0 } },
  { $unset: Object.keys(NOT_DEAD) },
];
