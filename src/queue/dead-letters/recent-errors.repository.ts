import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { JOB_MODEL, type JobDocument, type JobError } from '../job.schema.js';

/** Jobs that failed last with the same code. */
export interface ErrorCount {
  /** A stable code; messages are left out, since they may quote what a person wrote. */
  code: string;
  kind: string;
  dead: number;
  retrying: number;
  lastAt: Date;
}

type FailedJob = Pick<JobDocument, 'kind' | 'status'> & { errors: JobError[] };

/** The newest of each state that are looked at: the cost stays the same however many there are. */
const LOOKED_AT = 500;

@Injectable()
export class RecentErrorsRepository {
  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {}

  /** What dead jobs, and those between two attempts, failed of last: the most frequent first. */
  async top(limit: number): Promise<ErrorCount[]> {
    const [dead, retrying] = await Promise.all([
      this.newest({ status: 'dead' }),
      this.newest({ status: 'pending', attempts: { $gt: 0 } }),
    ]);
    const counts = new Map<string, ErrorCount>();
    for (const { kind, status, errors } of [...dead, ...retrying]) {
      const last = errors.at(-1);
      if (!last) continue;
      const key = `${last.code} ${kind}`;
      const count = counts.get(key) ?? { code: last.code, kind, dead: 0, retrying: 0, lastAt: last.at };
      count[status === 'dead' ? 'dead' : 'retrying'] += 1;
      if (last.at > count.lastAt) count.lastAt = last.at;
      counts.set(key, count);
    }
    const size = ({ dead: gone, retrying: back }: ErrorCount) => gone + back;
    return [...counts.values()].toSorted((a, b) => size(b) - size(a)).slice(0, limit);
  }

  private async newest(filter: object): Promise<FailedJob[]> {
    const rows = this.jobs.collection
      .find(filter, { projection: { kind: 1, status: 1, errors: { $slice: -1 } } })
      .sort({ _id: -1 })
      .limit(LOOKED_AT);
    return rows.toArray() as Promise<unknown> as Promise<FailedJob[]>;
  }
}
