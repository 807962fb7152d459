import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Types, type Model } from 'mongoose';
import { WriteCommands, type WriteErrors } from '../database/write-commands.js';
import { claimableUntil, orderFrom } from './claim-order.js';
import { JOB_MODEL, type JobDocument } from './job.schema.js';
import { hasEndedBy, NO_CLAIM, poisonUpdate, type Transition } from './job-transitions.js';

/** A job that this process holds: every later write names both. */
export interface Claim {
  id: string;
  claimToken: string;
}

export interface ClaimRequest {
  limit: number;
  now: Date;
  leaseMs: number;
  worker: string;
}

export interface ClaimedBatch {
  /** Those that this process holds now. */
  jobs: JobDocument[];
  /** Fewer were due than it asked for, whoever got them: none is left. */
  noneLeft: boolean;
}

export interface Rescue {
  now: Date;
  /** A job whose process was lost this many times is dead: it is probably what took the process down. */
  maxRescues: number;
  expiresAt: Date;
  limit: number;
  /** Over what time to spread jobs that were lost before. */
  spreadMs: number;
}

export interface Rescued {
  pending: number;
  dead: number;
  /** Groups whose lock was given back by a job that is dead now. */
  groupKeys: string[];
}

const randomDate = (from: Date, withinMs: number) => new Date(from.getTime() + Math.random() * withinMs);

const putOff = (runAt: Date) => ({ runAt, order: orderFrom(runAt) });

export const newClaimToken = (): string => randomUUID();

@Injectable()
export class JobClaimRepository {
  private readonly commands: WriteCommands;

  constructor(@InjectModel(JOB_MODEL) private readonly jobs: Model<JobDocument>) {
    this.commands = new WriteCommands(jobs.db, jobs.collection.collectionName);
  }

  /**
   * Takes due jobs, smallest `order` first. Find, conditional update, read back: what another process took in between fails the
   * update's condition and does not carry this call's token. `findOneAndUpdate` would be one round trip, but for each
   * job.
   */
  async claimBatch({ limit, now, leaseMs, worker }: ClaimRequest): Promise<ClaimedBatch> {
    const due = { status: 'pending', blocked: false, order: { $lte: claimableUntil(now) } } as const;
    const candidates = await this.jobs.collection
      .find(due, { projection: { _id: 1 } })
      .sort({ order: 1, _id: 1 })
      .limit(limit)
      .toArray();
    const noneLeft = candidates.length < limit;
    if (candidates.length === 0) return { jobs: [], noneLeft };
    const ids = candidates.map((job) => job._id);
    const claimToken = newClaimToken();
    const leaseUntil = new Date(now.getTime() + leaseMs);
    try {
      const { modifiedCount } = await this.jobs.collection.updateMany(
        { _id: { $in: ids }, ...due },
        {
          $set: { status: 'processing', claimToken, claimedAt: now, leaseUntil, worker },
          $inc: { attempts: 1 },
        },
      );
      if (modifiedCount === 0) return { jobs: [], noneLeft };
      const claimed = this.jobs.collection.find({ _id: { $in: ids }, claimToken }).sort({ order: 1, _id: 1 });
      return { jobs: (await claimed.toArray()) as unknown as JobDocument[], noneLeft };
    } catch (error) {
      // An update whose answer was lost may have taken them: they would be nobody's until their lease runs out.
      await this.giveBack(candidates, claimToken);
      throw error;
    }
  }

  /**
   * Lengthens the leases of all these jobs with one update; returns those that are no longer held. An update that was held
   * up and comes after the next one shortens none: the process would count on more time than it has.
   */
  async renewLeases(claims: Claim[], leaseUntil: Date): Promise<Claim[]> {
    const held = heldBy(claims);
    const { matchedCount } = await this.jobs.collection.updateMany(held, { $max: { leaseUntil } });
    return matchedCount === claims.length ? [] : this.lost(claims);
  }

  /**
   * Ends runs: one update for each, all in one command, each only if the claim still holds. A run whose claim was lost
   * changes nothing, nor does one that was settled before (so a failed call may be repeated).
   *
   * @returns for each run null, or the error that kept it from being written; and how many claims did hold
   */
  settle(
    runs: { claim: Claim; transition: Transition }[],
  ): Promise<{ errors: WriteErrors; matched: number }> {
    return this.commands.update(
      runs.map(({ claim, transition }) => ({
        filter: { _id: new Types.ObjectId(claim.id), claimToken: claim.claimToken, status: 'processing' },
        update: transition.update,
      })),
    );
  }

  /** Which of these runs ended as they were to: a repeated write matches nothing, nor does one whose claim was lost. */
  async ended<T extends { claim: Claim; transition: Transition }>(runs: T[]): Promise<T[]> {
    const ids = runs.map(({ claim }) => new Types.ObjectId(claim.id));
    const found = (await this.jobs.collection
      .find({ _id: { $in: ids } }, { projection: { runAt: 1, finishedAt: 1, parked: 1 } })
      .toArray()) as unknown as JobDocument[];
    const byId = new Map(found.map((job) => [job._id.toHexString(), job]));
    return runs.filter(({ claim, transition }) => hasEndedBy(transition, byId.get(claim.id)));
  }

  /**
   * Hands out again what lost processes held. State and lease are part of the write itself. Jobs that lost a process
   * before come back spread over a lease's time: one of them may be what stops the process, and those that merely ran
   * beside it must not be lost with it again.
   */
  async rescueExpired({ now, maxRescues, expiresAt, limit, spreadMs }: Rescue): Promise<Rescued> {
    const expired = { status: 'processing', leaseUntil: { $lt: now } };
    const found = (await this.jobs.collection
      .find(expired, { projection: { groupKey: 1, rescues: 1, attempts: 1, worker: 1 } })
      .sort({ leaseUntil: 1 })
      .limit(limit)
      .toArray()) as unknown as JobDocument[];
    if (found.length === 0) return { pending: 0, dead: 0, groupKeys: [] };
    const poisonous = found.filter((job) => job.rescues + 1 >= maxRescues);
    const dead = await this.updateEach(poisonous, expired, (job) => poisonUpdate(job, now, expiresAt));
    const others = found.filter((job) => !poisonous.includes(job));
    const pending = await this.updateEach(others, expired, ({ rescues }) => ({
      $set: { status: 'pending', ...(rescues === 0 ? { runAt: now } : putOff(randomDate(now, spreadMs))) },
      $inc: { attempts: -1, rescues: 1 },
      $unset: NO_CLAIM,
    }));
    return { pending, dead, groupKeys: poisonous.flatMap((job) => job.groupKey ?? []) };
  }

  /** Gives back jobs that were claimed with this token but can't be run. */
  async giveBack(jobs: { _id: Types.ObjectId }[], claimToken: string): Promise<void> {
    await this.jobs.collection.updateMany(
      { _id: { $in: jobs.map(({ _id }) => _id) }, claimToken, status: 'processing' },
      { $set: { status: 'pending' }, $inc: { attempts: -1 }, $unset: NO_CLAIM },
    );
  }

  /** For the operator: gives up leases of runs that began before `claimedBefore`. One update; returns the count. */
  async resetStuck(claimedBefore: Date, now: Date): Promise<number> {
    const { modifiedCount } = await this.jobs.collection.updateMany(
      { status: 'processing', claimedAt: { $lt: claimedBefore } },
      {
        $set: { status: 'pending', runAt: now },
        $inc: { attempts: -1 },
        $unset: NO_CLAIM,
      },
    );
    return modifiedCount;
  }

  private async updateEach(
    jobs: JobDocument[],
    condition: object,
    updateOf: (job: JobDocument) => object,
  ): Promise<number> {
    if (jobs.length === 0) return 0;
    const { errors, matched } = await this.commands.update(
      jobs.map((job) => ({
        filter: { _id: job._id, rescues: job.rescues, ...condition },
        update: updateOf(job),
      })),
    );
    const failed = errors.find((error) => error !== null);
    if (failed) throw failed;
    return matched;
  }

  private async lost(claims: Claim[]): Promise<Claim[]> {
    const held = await this.jobs.collection.find(heldBy(claims), { projection: { claimToken: 1 } }).toArray();
    const still = new Set(held.map((job) => `${String(job._id)} ${String(job['claimToken'])}`));
    return claims.filter((claim) => !still.has(`${claim.id} ${claim.claimToken}`));
  }
}

const heldBy = (claims: Claim[]) => ({
  _id: { $in: claims.map((claim) => new Types.ObjectId(claim.id)) },
  claimToken: { $in: [...new Set(claims.map((claim) => claim.claimToken))] },
  status: 'processing',
});
