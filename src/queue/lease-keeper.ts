import { Injectable, Logger } from '@nestjs/common';
import { QueueConfig } from '../config/app-config.js';
import { Clock } from '../database/clock.js';
import { JobClaimRepository, type Claim } from './job-claim.repository.js';
import { LeaseLostError } from './queue.errors.js';

interface Lease {
  claim: Claim;
  /** By the database's clock. */
  validUntil: number;
  controller: AbortController;
  /** False once the handler has ended: the lease then only waits for that end to be on disk. */
  running: boolean;
}

/**
 * Keeps the leases of all jobs that this process holds, from the claim until their end is on disk, with one update for
 * all of them. A lease that is lost, or that could not be renewed in time because the database was out of reach or the
 * machine stood still, aborts the handler: from then on another process may run the job.
 */
@Injectable()
export class LeaseKeeper {
  private readonly logger = new Logger('Queue');
  private readonly leases = new Map<string, Lease>();
  private expiry: NodeJS.Timeout | undefined;
  /** Whether the database was away, or this machine, since leases were renewed last. */
  private outage = false;
  private renewing = 0;
  /** Told when the database was away, or this machine: living processes, this one too, may have lost jobs by that. */
  onOutage: () => void = () => {};

  constructor(
    private readonly config: QueueConfig,
    private readonly clock: Clock,
    private readonly claims: JobClaimRepository,
  ) {}

  /**
   * Begins to keep a lease that was just taken. False when it has run out already, as after a write that hung for long:
   * the job may be another process's by now.
   */
  keep(claim: Claim, leaseUntil: Date, controller: AbortController): boolean {
    const validUntil = leaseUntil.getTime();
    if (validUntil <= this.clock.latest()) return false;
    this.leases.set(keyOf(claim), { claim, validUntil, controller, running: true });
    return true;
  }

  handlerEnded(claim: Claim): void {
    const lease = this.leases.get(keyOf(claim));
    if (lease) lease.running = false;
  }

  drop(claim: Claim): void {
    this.leases.delete(keyOf(claim));
    if (this.leases.size === 0) clearTimeout(this.expiry);
  }

  /** One heartbeat. Never rejects. */
  async renew(): Promise<void> {
    // First: the database may be what does not answer, and it is asked for the time alone, if at all.
    await this.check();
    const leases = [...this.leases.values()];
    if (leases.length === 0 || this.clock.isInDoubt) return;
    const leaseUntil = this.clock.date(this.config.leaseMs);
    const began = performance.now();
    this.renewing += 1;
    try {
      const lost = await this.claims.renewLeases(
        leases.map(({ claim }) => claim),
        leaseUntil,
      );
      for (const lease of leases) lease.validUntil = Math.max(lease.validUntil, leaseUntil.getTime());
      for (const claim of lost) this.abort(this.leases.get(keyOf(claim)), true);
      this.outage = performance.now() - began > this.config.leaseMs / 3;
      if (this.outage) this.onOutage();
    } catch (error) {
      this.logger.warn({ msg: 'could not renew leases', jobs: leases.length, error });
      this.sawOutage();
    } finally {
      this.renewing -= 1;
    }
  }

  /**
   * Aborts what runs on a lease that is over. The database is asked only for the time, if that is in doubt; when it does
   * not tell, leases count as lost that may be over. Never rejects.
   */
  async check(): Promise<void> {
    if (this.clock.isInDoubt) {
      this.sawOutage();
      await this.clock.assure().catch((error: unknown) => {
        this.logger.warn({ msg: 'can not tell whether leases are over', jobs: this.leases.size, error });
      });
    }
    this.abortExpired();
  }

  /** Also between two heartbeats, if the next one would find a lease that has run out. */
  private abortExpired(): void {
    clearTimeout(this.expiry);
    const now = this.clock.latest();
    const byOutage = this.outage || this.renewing > 0;
    let first = Infinity;
    for (const lease of this.leases.values()) {
      if (!lease.running) continue;
      if (lease.validUntil > now) first = Math.min(first, lease.validUntil);
      else {
        this.onOutage();
        this.abort(lease, byOutage);
      }
    }
    if (first > now + this.config.leaseMs / 2) return;
    this.expiry = setTimeout(() => void this.check(), first - now);
    this.expiry.unref();
  }

  private sawOutage(): void {
    this.outage = true;
    this.onOutage();
  }

  /**
   * @param givesBack whether the job may go back unspent. If neither the database nor the machine was away, this process stood
   *   still by itself: one of its jobs keeps it from all others, and that is for the rescue to count.
   */
  private abort(lease: Lease | undefined, givesBack: boolean): void {
    if (!lease?.running) return;
    this.logger.warn({ msg: 'lease lost', job: lease.claim.id });
    this.leases.delete(keyOf(lease.claim));
    lease.controller.abort(new LeaseLostError(givesBack));
  }
}

/** A job that was lost and claimed again by this same process has two leases for a while: the token tells them apart. */
const keyOf = ({ id, claimToken }: Claim) => `${id} ${claimToken}`;
