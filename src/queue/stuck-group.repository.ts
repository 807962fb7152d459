import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument } from './job.schema.js';

/** A group whose first job has not come to an end for long, while others wait behind it. */
export interface StuckGroup {
  groupKey: string;
  /** When its first job became the first. */
  since: Date;
  head: {
    id: string;
    kind: string;
    /** `parked` while it is set aside with its key. */
    status: 'pending' | 'processing' | 'parked';
    attempts: number;
    rescues: number;
    runAt: Date;
    worker: string | null;
    lastError: { code: string; message: string } | null;
  };
  /** How many jobs wait behind it, counted up to {@link MAX_WAITING}. */
  waiting: number;
}

export interface StuckGroups {
  /** The longest stuck first. */
  groups: StuckGroup[];
  /** How many there are; at least so many if not all were looked at. */
  total: number;
  complete: boolean;
}

export const MAX_WAITING = 1000;
const PAGE = 200;
/** 20,000 groups with waiting jobs. */
const MAX_PAGES = 100;

type Head = Pick<
  JobDocument,
  | '_id'
  | 'kind'
  | 'status'
  | 'groupKey'
  | 'lockedAt'
  | 'createdAt'
  | 'attempts'
  | 'rescues'
  | 'runAt'
  | 'parked'
  | 'worker'
  | 'errors'
>;

@Injectable()
export class StuckGroupRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /**
   * Groups in which jobs wait behind one that has been first since before `before`. Looks only at groups in which jobs
   * wait, by the index `group_waiting`: no index of its own, which every job would have to pay for.
   */
  async find({ before, limit }: { before: Date; limit: number }): Promise<StuckGroups> {
    let heads: Head[] = [];
    let total = 0;
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const groupKeys = await this.groupsWithWaiting(after);
      const stuck = (await this.heads(groupKeys)).filter((head) => sinceOf(head) < before);
      total += stuck.length;
      heads = [...heads, ...stuck]
        .toSorted((a, b) => sinceOf(a).getTime() - sinceOf(b).getTime())
        .slice(0, limit);
      after = groupKeys.at(-1);
      if (after === undefined) return { groups: await this.describe(heads), total, complete: true };
    }
    return { groups: await this.describe(heads), total, complete: false };
  }

  /** The next groups by key; several where they are small, one where it fills a page alone. */
  private async groupsWithWaiting(after: string | undefined): Promise<string[]> {
    const page = await this.jobs.collection
      .find(
        { groupKey: after === undefined ? { $gte: '' } : { $gt: after }, blocked: true },
        { projection: { _id: 0, groupKey: 1 } },
      )
      .sort({ groupKey: 1, createdAt: 1, _id: 1 })
      .limit(PAGE)
      .toArray();
    return [...new Set(page.map((job) => job['groupKey'] as string))];
  }

  private async heads(groupKeys: string[]): Promise<Head[]> {
    if (groupKeys.length === 0) return [];
    const heads = this.jobs.collection.find(
      { groupLock: { $in: groupKeys } },
      { projection: { payload: 0, outcome: 0 } },
    );
    return (await heads.toArray()) as unknown as Head[];
  }

  private async describe(heads: Head[]): Promise<StuckGroup[]> {
    const described = await Promise.all(heads.map(async (head) => describe(head, await this.waiting(head))));
    return described.filter(({ waiting }) => waiting > 0);
  }

  private async waiting({ groupKey, parked }: Head): Promise<number> {
    const own = parked === undefined ? 0 : 1;
    const blocked = await this.jobs.collection.countDocuments(
      { groupKey, blocked: true },
      { limit: MAX_WAITING + own },
    );
    return blocked - own;
  }
}

const sinceOf = ({ lockedAt, createdAt }: Head): Date => lockedAt ?? createdAt;

function describe(head: Head, waiting: number): StuckGroup {
  const last = head.errors.at(-1);
  return {
    groupKey: head.groupKey!,
    since: sinceOf(head),
    head: {
      id: head._id.toHexString(),
      kind: head.kind,
      status: head.parked === undefined ? (head.status as 'pending' | 'processing') : 'parked',
      attempts: head.attempts,
      rescues: head.rescues,
      runAt: head.runAt,
      worker: head.worker ?? null,
      lastError: last ? { code: last.code, message: last.message } : null,
    },
    waiting,
  };
}
