import { Injectable, Logger } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Clock } from '../database/clock.js';
import { JobClaimRepository } from './job-claim.repository.js';
import { JobGroupRepository } from './job-group.repository.js';
import { QueueCounters } from './queue-counters.js';

const BATCH = 500;
const MAX_RESCUES = 3;
/** There are six looks in a lease: one takes a tenth of the time at most. */
const LOOKS_OF_A_LEASE = 60;
/** Time for what waited for the database to find that it is back. */
const MIN_HOLD_OFF_MS = 2000;

/**
 * Puts right what lost processes leave behind: expired leases, and groups whose next job nobody woke. An outage of the
 * database makes leases of living processes run out. Those give their jobs back themselves once it is over, and a rescue
 * would count against the jobs: so leases are left alone for a while after an outage that this process has seen.
 */
@Injectable()
export class Rescuer {
  private readonly logger = new Logger('Queue');
  private running: Promise<number> | undefined;
  /** The group at which the last look for orphaned groups ended; undefined when it saw the last one. */
  private lookedTo: string | undefined;
  private lookFailed = false;
  /** On the monotonic clock of this process. */
  private heldOffUntil = 0;

  constructor(
    private readonly config: QueueConfig,
    private readonly clock: Clock,
    private readonly claims: JobClaimRepository,
    private readonly groups: JobGroupRepository,
    private readonly counters: QueueCounters,
  ) {}

  /** Leaves leases alone for half of their time: this process has just seen an outage, or was away itself. */
  holdOff(): void {
    this.heldOffUntil = performance.now() + Math.max(this.config.leaseMs / 2, MIN_HOLD_OFF_MS);
  }

  /** Resolves with the number of jobs that became due. Never rejects; a call during a rescue joins it. */
  rescue(): Promise<number> {
    this.running ??= this.rescueAll()
      .catch((error: unknown) => {
        this.logger.warn({ msg: 'could not look for lost jobs', error });
        this.holdOff();
        return 0;
      })
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private get isHeldOff(): boolean {
    return performance.now() < this.heldOffUntil;
  }

  private async rescueAll(): Promise<number> {
    // Before leases are judged, and also while they are not: it shows whether the database answers.
    const began = performance.now();
    const due = await this.lookForOrphaned();
    if (performance.now() - began > this.config.leaseMs / 3) this.holdOff();
    await this.clock.assure();
    return due + (await this.rescueExpired());
  }

  /**
   * A look that fails is most likely an outage. One that fails time and again must not keep lost jobs where they are: leases
   * are left alone after the first failure only, if the database answers then.
   */
  private async lookForOrphaned(): Promise<number> {
    try {
      const due = await this.wakeOrphaned();
      this.lookFailed = false;
      return due;
    } catch (error) {
      this.logger.warn({ msg: 'could not look for orphaned groups', after: this.lookedTo, error });
      if (!this.lookFailed) this.holdOff();
      this.lookFailed = true;
      this.lookedTo = undefined;
      return 0;
    }
  }

  /**
   * Goes on where the look before ended. With hundreds of thousands of waiting groups one look at all of them would keep
   * the database from claims, and this process from expired leases.
   */
  private async wakeOrphaned(): Promise<number> {
    const endsAt = performance.now() + this.config.leaseMs / LOOKS_OF_A_LEASE;
    let due = 0;
    do {
      const page = await this.groups.unblockOrphaned(this.lookedTo);
      this.lookedTo = page.last;
      due += page.due;
    } while (this.lookedTo !== undefined && performance.now() < endsAt);
    return due;
  }

  private async rescueExpired(): Promise<number> {
    let due = 0;
    while (!this.isHeldOff) {
      const now = this.clock.date();
      const expiresAt = new Date(now.getTime() + this.config.deadRetentionMs);
      const rescued = await this.claims.rescueExpired({
        now,
        expiresAt,
        maxRescues: MAX_RESCUES,
        limit: BATCH,
        spreadMs: this.config.leaseMs,
      });
      const count = rescued.pending + rescued.dead;
      if (count === 0) break;
      this.logger.warn({ msg: 'rescued jobs of a lost process', ...rescued, groupKeys: undefined });
      this.counters.count('rescued', rescued.pending);
      this.counters.count('dead', rescued.dead);
      this.counters.moved('processing', 'pending', rescued.pending);
      this.counters.moved('processing', 'dead', rescued.dead);
      due += rescued.pending + (await this.groups.unblock(rescued.groupKeys));
    }
    return due;
  }
}
