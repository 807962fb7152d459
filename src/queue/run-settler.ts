import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Batcher } from '../database/batcher.js';
import type { WriteErrors } from '../database/write-commands.js';
import type { BulkItemError } from '../database/write-errors.js';
import { JobClaimRepository, type Claim } from './job-claim.repository.js';
import { JobGroupRepository } from './job-group.repository.js';
import type { Transition } from './job-transitions.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { JobDocument } from './job.schema.js';
import { QueueCounters, type CountedRun } from './queue-counters.js';

const BATCH = 500;
/** The slot is free already, only the lease waits. */
const LINGER_MS = 15;
const RETRY_EVERY_MS = 500;

interface EndedRun {
  claim: Claim;
  groupKey: string | undefined;
  job: CountedRun;
  /** How long the handler took. */
  runMs: number;
  transition: Transition;
}

interface Settled {
  errors: WriteErrors;
  /** Those whose end is on their job, by this write or by an earlier one whose answer was lost. */
  ended: EndedRun[];
  lost: number;
}

/**
 * Writes the ends of runs, many with one command. A run keeps its lease until its end is on disk, and a write that
 * fails is repeated: the handler's work is done, and must not be done again because the database was away for a moment.
 */
@Injectable()
export class RunSettler {
  private readonly logger = new Logger('Queue');
  private closing = false;
  /** Told when a job became due because the one before it in its group has ended. */
  onDue: () => void = () => {};
  /** Told when a job will be due that runs again. */
  onLater: (at: Date) => void = () => {};
  private readonly batcher = new Batcher<EndedRun, BulkItemError | null>({
    run: (runs) => this.settle(runs),
    maxItems: BATCH,
    maxPending: Number.POSITIVE_INFINITY,
    lingerMs: LINGER_MS,
  });

  constructor(
    private readonly claims: JobClaimRepository,
    private readonly groups: JobGroupRepository,
    private readonly leases: LeaseKeeper,
    private readonly counters: QueueCounters,
  ) {}

  /** For the figures. */
  begun(job: JobDocument): void {
    this.counters.runStarted(job);
  }

  /** Resolves when the end is on disk, or was given up at shutdown. Never rejects. */
  async end(run: EndedRun): Promise<void> {
    this.leases.handlerEnded(run.claim);
    while (!(await this.isWritten(run)) && !this.closing) await sleep(RETRY_EVERY_MS);
    this.leases.drop(run.claim);
    const { runAt } = run.transition.update.$set;
    if (runAt) this.onLater(runAt);
  }

  /** No more repeats: what the database does not take now is left to the rescue of its lease. */
  close(): void {
    this.closing = true;
  }

  private async isWritten(run: EndedRun): Promise<boolean> {
    try {
      return (await this.batcher.add(run)) === null;
    } catch {
      // Told once for all runs of the batch.
      return false;
    }
  }

  private async settle(runs: EndedRun[]): Promise<(BulkItemError | null)[]> {
    const { errors, ended, lost } = await this.write(runs);
    for (const { job, transition, runMs } of ended) this.counters.runEnded(job, transition, runMs);
    if (lost > 0) {
      // Another worker ran them, and counts them.
      this.logger.warn({ msg: 'leases were lost before their jobs ended', count: lost });
      this.counters.count('leasesLost', lost);
    }
    await this.unblock(groupsLeft(ended));
    return errors;
  }

  private async write(runs: EndedRun[]): Promise<Settled> {
    const tell = (error: unknown) =>
      this.logger.warn({ msg: 'could not store the ends of jobs, trying again', jobs: runs.length, error });
    try {
      const { errors, matched } = await this.claims.settle(runs);
      const failed = errors.find((error) => error !== null);
      if (failed) tell(failed);
      const written = runs.filter((_, index) => errors[index] === null);
      const ended = matched < written.length ? await this.claims.ended(written) : written;
      return { errors, ended, lost: written.length - ended.length };
    } catch (error) {
      tell(error);
      throw error;
    }
  }

  /** What goes wrong here is put right by the rescuer: the runs themselves are settled. */
  private async unblock(groupKeys: string[]): Promise<void> {
    try {
      if ((await this.groups.unblock(groupKeys)) > 0) this.onDue();
    } catch (error) {
      this.logger.warn({ msg: 'could not unblock groups', groups: groupKeys.length, error });
    }
  }
}

const groupsLeft = (runs: EndedRun[]) =>
  runs.flatMap(({ transition, groupKey }) => (transition.leavesGroup && groupKey ? [groupKey] : []));
