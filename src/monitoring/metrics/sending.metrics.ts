import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { AccountsService } from '../../accounts/accounts.service.js';
import { ContactWrites } from '../../automation/contacts/contact-writes.js';
import { SendLimiter } from '../../automation/limits/send.limiter.js';
import { OutboxService } from '../../automation/outbox/outbox.service.js';
import { addCounter, addGauge, type Sample } from './collected.metrics.js';

/** Accounts are read again after so long: there may be thousands of them. */
const ACCOUNTS_KEPT_MS = 15_000;

/** Of accounts, their limits and the outbox. Never which account: their number has no bound. */
@Injectable()
export class SendingMetrics {
  private accountsRead: { at: number; samples: Promise<Sample[]> } | undefined;

  constructor(
    private readonly accounts: AccountsService,
    private readonly limiter: SendLimiter,
    private readonly outbox: OutboxService,
    private readonly contacts: ContactWrites,
  ) {}

  addTo(registry: Registry): void {
    const accounts = { name: 'chatautodm_accounts', help: 'Accounts by status', labelNames: ['status'] };
    addGauge(registry, accounts, () => this.byStatus());
    const putOff = {
      name: 'chatautodm_sends_put_off_total',
      help: "Sends that came back later, since Instagram's limit for their account was used up",
      labelNames: ['limit'],
    };
    addCounter(registry, putOff, () =>
      [...this.limiter.figures.putOff].map(([limit, count]): Sample => [{ limit }, count]),
    );
    const usage = {
      name: 'chatautodm_graph_usage_ratio',
      help: 'The most that Instagram says of any account, of what it may use: calls are refused at 1',
    };
    addGauge(registry, usage, () => [[{}, this.limiter.highestUsagePercent() / 100]]);
    const duplicates = {
      name: 'chatautodm_possible_duplicates_total',
      help: 'Sends repeated without knowing whether the first arrived',
    };
    addCounter(registry, duplicates, () => [[{}, this.outbox.possibleDuplicates]]);
    const contactWrites = {
      name: 'chatautodm_contact_writes_failed_total',
      help: 'Writes on contacts beside or after a send that failed, and were repeated or given up',
      labelNames: ['result'],
    };
    addCounter(registry, contactWrites, () =>
      Object.entries(this.contacts.figures).map(([result, count]): Sample => [{ result }, count]),
    );
  }

  private byStatus(): Promise<Sample[]> {
    const { accountsRead } = this;
    const now = performance.now();
    if (accountsRead && now - accountsRead.at < ACCOUNTS_KEPT_MS) return accountsRead.samples;
    const samples = this.readByStatus();
    this.accountsRead = { at: now, samples };
    // A failure is not worth keeping.
    samples.catch(() => (this.accountsRead = undefined));
    return samples;
  }

  private async readByStatus(): Promise<Sample[]> {
    const counts = await this.accounts.countByStatus();
    return Object.entries(counts).map(([status, count]): Sample => [{ status }, count]);
  }
}
