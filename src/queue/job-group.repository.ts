import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, Types } from 'mongoose';
import { Clock } from '../database/clock.js';
import { WriteCommands, type UpdateStatement } from '../database/write-commands.js';
import { DUPLICATE_KEY } from '../database/write-errors.js';
import { JOB_MODEL, type JobDocument } from './job.schema.js';
import { NO_CLAIM } from './job-transitions.js';

const PAGE = 200;

interface NextInGroup {
  _id: Types.ObjectId;
  groupKey: string;
}

/**
 * Order within a group: of its unfinished jobs one holds the lock, the others are `blocked` until it is their turn. (A
 * holder may be `blocked` too, while it is parked: its group waits with it.)
 * Who finishes a job calls {@link unblock}; so does who stores a blocked one, since its predecessor may have finished
 * in between. Whoever comes second finds the lock taken, by its unique index.
 */
@Injectable()
export class JobGroupRepository {
  private readonly commands: WriteCommands;

  constructor(
    @InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>,
    private readonly clock: Clock,
  ) {
    this.commands = new WriteCommands(jobs.db, jobs.collection.collectionName);
  }

  /** Which of these groups have jobs waiting for their turn. */
  async withBlocked(groupKeys: string[]): Promise<Set<string>> {
    return new Set((await this.firstBlocked(groupKeys)).map((job) => job.groupKey));
  }

  /** Gives the lock of each free group to its first waiting job. Returns how many jobs became due. */
  async unblock(groupKeys: string[]): Promise<number> {
    return this.giveFreeLocks(await this.firstBlocked(groupKeys));
  }

  /**
   * The same for a page of all groups with waiting jobs: a crash between two writes can leave one without a holder of its
   * lock. All at once would be one command of as many keys as there are waiting conversations, and no server takes more
   * than 16 MB.
   *
   * @param after the group at which the page before ended; undefined for the first one
   * @returns how many jobs became due, and the group at which the page ended: undefined for the last one
   */
  async unblockOrphaned(after?: string): Promise<{ due: number; last: string | undefined }> {
    const page = await this.blockedPage(after === undefined ? { $gte: '' } : { $gt: after });
    const due = await this.giveFreeLocks(firstOfEach(page));
    return { due, last: page.length < PAGE ? undefined : page.at(-1)!.groupKey };
  }

  /**
   * For jobs just claimed: those that were stored for later, or redriven, do not hold the lock of their group yet. Takes
   * it, or puts the job back behind the one that holds it. Returns the jobs that may run.
   */
  async admit<T extends JobDocument>(jobs: T[]): Promise<T[]> {
    const lockless = jobs.filter((job) => job.groupKey !== undefined && job.groupLock === undefined);
    const refused = await this.takeLocks(lockless);
    if (refused.length === 0) return jobs;
    for (const { _id, claimToken } of refused) {
      await this.jobs.collection.updateOne(
        { _id, claimToken },
        {
          $set: { status: 'pending', blocked: true },
          $inc: { attempts: -1 },
          $unset: NO_CLAIM,
        },
      );
    }
    await this.unblock(refused.map((job) => job.groupKey!));
    return jobs.filter((job) => !refused.includes(job));
  }

  private async takeLocks<T extends JobDocument>(jobs: T[]): Promise<T[]> {
    const lockedAt = this.clock.date();
    const refused = await this.bulk(
      jobs.map(({ _id, claimToken, groupKey }) => ({
        filter: { _id, claimToken },
        update: { $set: { groupLock: groupKey, lockedAt } },
      })),
    );
    return refused.map((index) => jobs[index]!);
  }

  /** @param first the first waiting job of each group */
  private async giveFreeLocks(first: NextInGroup[]): Promise<number> {
    if (first.length === 0) return 0;
    const held = await this.held(first.map((job) => job.groupKey));
    const free = first.filter((job) => !held.has(job.groupKey));
    return free.length === 0 ? 0 : this.giveLocks(free);
  }

  private async giveLocks(jobs: NextInGroup[]): Promise<number> {
    const lockedAt = this.clock.date();
    const refused = await this.bulk(
      jobs.map(({ _id, groupKey }) => ({
        filter: { _id, status: 'pending', blocked: true, parked: { $exists: false } },
        update: { $set: { blocked: false, groupLock: groupKey, lockedAt } },
      })),
    );
    return jobs.length - refused.length;
  }

  /** Runs the updates; returns the indexes of those that found the lock taken. */
  private async bulk(statements: UpdateStatement[]): Promise<number[]> {
    const { errors } = await this.commands.update(statements);
    return errors.flatMap((error, index) => {
      if (error === null) return [];
      if (error.code !== DUPLICATE_KEY) throw error;
      return [index];
    });
  }

  private async held(groupKeys: string[]): Promise<Set<string>> {
    const holders = await this.jobs.collection
      .find({ groupLock: { $in: groupKeys } }, { projection: { _id: 0, groupLock: 1 } })
      .toArray();
    return new Set(holders.map((job) => job['groupLock'] as string));
  }

  /**
   * The first waiting job of each of these groups. One query answers unless a group has more waiting jobs than a page:
   * then the next query begins behind that group, so that a group of 100,000 costs one page and not 500.
   */
  private async firstBlocked(groupKeys: string[]): Promise<NextInGroup[]> {
    const first: NextInGroup[] = [];
    let remaining = [...new Set(groupKeys)].toSorted();
    while (remaining.length > 0) {
      const page = await this.blockedPage({ $in: remaining });
      first.push(...firstOfEach(page));
      if (page.length < PAGE) break;
      const last = page.at(-1)!.groupKey;
      remaining = remaining.filter((groupKey) => groupKey > last);
    }
    return first;
  }

  private async blockedPage(groupKey: object): Promise<NextInGroup[]> {
    return this.jobs.collection
      .find({ groupKey, blocked: true }, { projection: { groupKey: 1 } })
      .sort({ groupKey: 1, createdAt: 1, _id: 1 })
      .limit(PAGE)
      .toArray() as unknown as Promise<NextInGroup[]>;
  }
}

/** @param page in the order of groups, and within a group of arrival */
const firstOfEach = (page: NextInGroup[]): NextInGroup[] =>
  page.filter(({ groupKey }, index) => page[index - 1]?.groupKey !== groupKey);
