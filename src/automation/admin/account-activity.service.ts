import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { JobQueryRepository } from '../../queue/dead-letters/job-query.repository.js';
import { AutomationRepository } from '../automation.repository.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { AutomationDayRepository } from '../figures/automation-day.repository.js';

export interface AccountActivity {
  /** When its last event came in; null when it is not among the latest few thousand of all accounts. */
  lastEventAt: Date | null;
  automations: { total: number; enabled: number };
  contacts: number;
  /** By all automations of the account, in UTC. */
  today: { fired: number; sent: number; failed: number };
}

/** Counts of one account, for people. */
@Injectable()
export class AccountActivityService {
  constructor(
    private readonly automations: AutomationRepository,
    private readonly contacts: ContactRepository,
    private readonly days: AutomationDayRepository,
    private readonly jobs: JobQueryRepository,
    private readonly clock: Clock,
  ) {}

  async of(account: string): Promise<AccountActivity> {
    const ids = await this.automations.idsOf(account);
    const [enabled, contacts, rows, latest] = await Promise.all([
      this.automations.count({ account, enabled: true }),
      this.contacts.count(account),
      this.days.on(this.clock.date().toISOString().slice(0, 10), ids),
      this.jobs.page({ limitKey: account }, 1),
    ]);
    const today = { fired: 0, sent: 0, failed: 0 };
    for (const { fired = 0, sent = 0, failed = 0 } of rows) {
      today.fired += fired;
      today.sent += sent;
      today.failed += failed;
    }
    return {
      lastEventAt: latest.rows[0]?.createdAt ?? null,
      automations: { total: ids.length, enabled },
      contacts,
      today,
    };
  }
}
