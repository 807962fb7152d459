import { Injectable } from '@nestjs/common';
import { AccountsService, type ConnectedAccount } from '../../accounts/accounts.service.js';
import { AutomationConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import type { GraphError } from '../../instagram/graph/graph.errors.js';
import type { JobResult } from '../../queue/job.types.js';
import { graphFailure, type AccountMark } from '../answering/graph-failure.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { ContactWrites } from '../contacts/contact-writes.js';
import type { Run } from './run.js';

/** Carries out what a failed call means for the job, the account and the conversation. */
@Injectable()
export class GraphFailures {
  constructor(
    private readonly config: AutomationConfig,
    private readonly accounts: AccountsService,
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly clock: Clock,
  ) {}

  /** @param answeredBy the automation that has sent something already */
  async handle(
    error: GraphError,
    { account, event, job }: Run,
    automation: string,
    answeredBy: string | undefined,
  ): Promise<JobResult> {
    const sent = answeredBy !== undefined;
    const nowMs = this.clock.now();
    const { result, mark } = graphFailure(error, { automation: answeredBy ?? automation, sent, nowMs });
    if (mark) await this.markAccount(account, mark, error.code);
    if (error.kind === 'thread_taken') {
      const until = this.clock.date(this.config.humanTakeoverMs);
      const now = this.clock.date();
      await this.writes.untilWritten(job, () => this.contacts.pause(event, until, 'thread_taken', now));
    }
    return result;
  }

  private markAccount(account: ConnectedAccount, mark: AccountMark, reason: string): Promise<void> {
    switch (mark.type) {
      case 'reconnect':
        return this.accounts.markReconnect(account, reason);
      case 'paused':
        return this.accounts.markPaused(account, reason);
      case 'throttled':
        return this.accounts.markThrottled(account, mark.untilMs);
    }
  }
}
