import { Injectable } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { Claimer, type Reservation } from './claimer.js';
import { windowedKey } from './dedup-window.js';
import { JobGroupRepository } from './job-group.repository.js';
import { JobIntakeRepository, toDocument, type InsertResult } from './job-intake.repository.js';
import type { JobDocument } from './job.schema.js';
import type { NewJob } from './job.types.js';
import { RateLimiter } from './rate-limiter.js';

export interface StoredJob {
  job: JobDocument;
  result: 'inserted' | 'duplicate';
  /** Put off by the limit of its key. */
  deferred: boolean;
}

/**
 * Stores new jobs with as few writes as it can, each in its place: once by its `dedupKey`, in order within its group,
 * and, where slots are free and nothing waits before it, already claimed by this process (one write instead of three).
 */
@Injectable()
export class JobIntake {
  constructor(
    private readonly clock: Clock,
    private readonly jobs: JobIntakeRepository,
    private readonly groups: JobGroupRepository,
    private readonly claimer: Claimer,
    private readonly limiter: RateLimiter,
  ) {}

  /**
   * Resolves once all are on disk, with one entry for each in the same order.
   *
   * @param reservable how many may be stored as claimed by this process
   * @param onClaimed called with each of those as soon as it is on disk
   */
  async store(
    newJobs: NewJob[],
    reservable: number,
    onClaimed: (job: JobDocument) => void,
  ): Promise<StoredJob[]> {
    // Those stored as claimed have a lease.
    await this.clock.assure();
    const now = this.clock.date();
    const repeated = await this.withinWindow(newJobs);
    const jobs = newJobs.map((job) => toDocument(job, now));
    const fresh = jobs.filter((_, index) => !repeated.has(index));
    const forNow = fresh.filter((job) => job.runAt <= now);
    const charges = await this.limiter.charge(forNow, now);
    const followers = await this.order(forNow);
    reserve(fresh, reservable, this.claimer.reservation(now), now);
    const inserted = new Set(await this.insert(fresh, followers, onClaimed));
    if (inserted.size < fresh.length) {
      this.limiter.refund(
        fresh.filter((job) => !inserted.has(job)),
        charges,
      );
    }
    return jobs.map((job) => ({
      job,
      result: inserted.has(job) ? 'inserted' : 'duplicate',
      deferred: inserted.has(job) && charges.has(job) && job.runAt > now,
    }));
  }

  /**
   * Inserts; what finds its group busy is inserted again, behind the job that runs, and with it what follows it in its
   * group: a follower that were there first would be next. Returns the jobs now stored.
   */
  private async insert(
    jobs: JobDocument[],
    followers: Set<JobDocument>,
    onClaimed: (job: JobDocument) => void,
  ): Promise<JobDocument[]> {
    const first = jobs.filter((job) => !followers.has(job));
    const results = await this.jobs.insert(first);
    const stored = having(first, results, 'inserted');
    // Before anything else can fail: whoever stored a job as claimed must run it.
    for (const job of stored) if (job.status === 'processing') onClaimed(job);
    const late = new Set(having(first, results, 'group_busy'));
    for (const job of late) putBehind(job);
    const second = jobs.filter((job) => late.has(job) || followers.has(job));
    const secondResults = await this.jobs.insert(second);
    stored.push(...having(second, secondResults, 'inserted'));
    const behind = stored.filter((job) => job.blocked).map((job) => job.groupKey!);
    if ((await this.groups.unblock(behind)) > 0) this.claimer.wake();
    const failed = [...results, ...secondResults].find((result) => typeof result !== 'string');
    if (failed) throw failed;
    return stored;
  }

  /**
   * Gives the first job of each group the group's lock, if nobody is waiting before it. Who waits is asked before the
   * insert, so a job that is stored later than another is never ahead of it; that the lock may be held is left to its
   * unique index. A job for later is not among these: it takes its place when it is claimed, lest it hold up the group
   * until then. One that its limit has put off is, so that later ones of the group don't overtake it.
   *
   * Returns the jobs that follow another one of these that tries to take the lock.
   */
  private async order(jobs: JobDocument[]): Promise<Set<JobDocument>> {
    const grouped = jobs.filter((job) => job.groupKey !== undefined);
    const taken = await this.groups.withBlocked(grouped.map((job) => job.groupKey!));
    const locking = new Set<string>();
    const followers = new Set<JobDocument>();
    for (const job of grouped) {
      const groupKey = job.groupKey!;
      if (taken.has(groupKey)) putBehind(job);
      else if (locking.has(groupKey)) {
        putBehind(job);
        followers.add(job);
      } else {
        job.groupLock = groupKey;
        locking.add(groupKey);
      }
    }
    return followers;
  }

  /** The indexes of jobs whose windowed key was stored in a neighbouring slice of time, less than a window away. */
  private async withinWindow(newJobs: NewJob[]): Promise<Set<number>> {
    const windowed = newJobs.flatMap((job, index) => {
      const keys = windowedKey(job);
      return keys ? [{ index, ...keys }] : [];
    });
    if (windowed.length === 0) return new Set();
    const known = await this.jobs.dedupTimes(windowed.flatMap(({ neighbours }) => neighbours));
    const isKnown = ({ neighbours, at, ms }: (typeof windowed)[number]) =>
      neighbours.some((key) => Math.abs((known.get(key)?.getTime() ?? Infinity) - at.getTime()) < ms);
    return new Set(windowed.filter(isKnown).map(({ index }) => index));
  }
}

const having = (jobs: JobDocument[], results: InsertResult[], wanted: InsertResult) =>
  jobs.filter((_, index) => results[index] === wanted);

function reserve(jobs: JobDocument[], reservable: number, reservation: Reservation, now: Date): void {
  const due = jobs.filter((job) => !job.blocked && job.runAt <= now);
  for (const job of due.slice(0, reservable)) {
    Object.assign(job, reservation);
    job.status = 'processing';
    job.attempts = 1;
  }
}

/** Makes it wait for its turn, whatever it was before. */
function putBehind(job: JobDocument): void {
  job.blocked = true;
  job.status = 'pending';
  job.attempts = 0;
  delete job.groupLock;
  delete job.claimToken;
  delete job.claimedAt;
  delete job.leaseUntil;
  delete job.worker;
}
