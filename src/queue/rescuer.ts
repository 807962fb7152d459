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

/** Puts right what lost processes leave behind: expired leases, and groups whose next job nobody woke. */
@Injectable()
export class Rescuer {
  private readonly logger = new Logger('Queue');
  private running: Promise<number> | undefined;
  /** The group at which the last look for orphaned groups ended; undefined when it saw the last one. */
  private lookedTo: string | undefined;

  constructor(
    private readonly config: QueueConfig,
    private readonly clock: Clock,
    private readonly claims: JobClaimRepository,
    private readonly groups: JobGroupRepository,
    private readonly counters: QueueCounters,
  ) {}

  /** Resolves with the number of jobs that became due. Never rejects; a call during a rescue joins it. */
  rescue(): Promise<number> {
    this.running ??= this.rescueAll()
      .catch((error: unknown) => {
        this.logger.warn({ msg: 'could not look for lost jobs', error });
        return 0;
      })
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async rescueAll(): Promise<number> {
    let due = 0;
    for (;;) {
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
    return due + (await this.wakeOrphaned());
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
}
