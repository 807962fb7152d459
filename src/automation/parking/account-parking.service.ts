import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  AccountsService,
  type AccountState,
  type ConnectedAccount,
} from '../../accounts/accounts.service.js';
import { Clock } from '../../database/clock.js';
import { snooze, type JobResult } from '../../queue/job.types.js';
import { ParkingService } from '../../queue/parking.service.js';
import { PARKED_RECHECK_MS } from '../answering/graph-failure.js';

/**
 * How long an account's jobs are set aside before one of them looks again. What makes the account active releases them
 * at once; this is for a process that died between the two.
 */
const RECHECK_MS = 5 * 60_000;

/** Sets the jobs of an account aside that can't send, and of no other; they go on when it can. */
@Injectable()
export class AccountParking implements OnModuleInit {
  constructor(
    private readonly accounts: AccountsService,
    private readonly parking: ParkingService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.accounts.watch((account) => this.follow(account));
  }

  /** How a job of this account ends before it began; null when the account may send. */
  async check(account: ConnectedAccount): Promise<JobResult | null> {
    const { status, throttledUntil } = account;
    if (status === 'active') return null;
    if (status === 'throttled' && throttledUntil !== undefined && throttledUntil <= this.clock.now()) {
      await this.accounts.endThrottle(account);
      return null;
    }
    await this.follow(account);
    return snooze(this.clock.date(PARKED_RECHECK_MS), `account_${status}`);
  }

  private async follow({ instagramId, status, throttledUntil }: AccountState): Promise<void> {
    if (status === 'active') {
      await this.parking.release(instagramId);
      return;
    }
    const until = new Date(throttledUntil ?? this.clock.now() + RECHECK_MS);
    await this.parking.park(instagramId, { until, reason: `account_${status}` });
  }
}
