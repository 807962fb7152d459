import { Injectable } from '@nestjs/common';
import { AccountsService, type ConnectedAccount } from '../../accounts/accounts.service.js';
import { Clock } from '../../database/clock.js';
import type { StoryMentionEvent } from '../../instagram/instagram-event.js';
import { snooze, type JobResult, type RunningJob } from '../../queue/job.types.js';
import { reasonToIgnore, type AnswerableEvent } from '../answerable-event.js';
import { ContactsService, type PersonalEvent } from '../contacts/contacts.service.js';
import { RulesService } from '../rules/rules.service.js';
import { ended } from './event-outcome.js';
import { PARKED_RECHECK_MS } from './graph-failure.js';
import { RuleRunner, type Run } from './rule.runner.js';

/** The way of every event that an automation may answer: account, rules, actions, outcome. */
@Injectable()
export class AnsweringService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly rules: RulesService,
    private readonly contacts: ContactsService,
    private readonly runner: RuleRunner,
    private readonly clock: Clock,
  ) {}

  async answer(job: RunningJob<AnswerableEvent>): Promise<JobResult> {
    const event = job.payload;
    const reason = reasonToIgnore(event);
    if (reason !== null || !isPersonal(event)) return ended('ignored', { reason: reason ?? 'no_person' });
    const account = await this.accounts.find(event.account);
    if (!account) return ended('unknown_account');
    const parked = this.parkedUntil(account);
    if (parked) return snooze(parked, `account_${account.status}`);
    return this.match({ job, event, account });
  }

  /** For an event that nothing answers but that tells of a person: keeps that, and no more. */
  async record(event: StoryMentionEvent, reason: string): Promise<JobResult> {
    const { person } = event;
    if (person === null || person === event.account) return ended('ignored', { reason: 'no_person' });
    if (!(await this.accounts.find(event.account))) return ended('unknown_account');
    await this.contacts.recordEvent({ ...event, person });
    return ended('ignored', { reason });
  }

  private async match(run: Run): Promise<JobResult> {
    const rules = await this.rules.forAccount(run.event.account);
    if (run.event.kind === 'live_comment' && !rules.listensTo('live_comment')) {
      return ended('ignored', { reason: 'no_live_trigger' });
    }
    const matching = rules.match(run.event);
    // Side by side: the one waits for the disk, the other for Instagram. Both end before the job does.
    const [answer, recorded] = await Promise.allSettled([
      matching.length > 0 ? this.runner.run(matching, run) : ended('no_match'),
      this.contacts.recordEvent(run.event),
    ]);
    if (answer.status === 'rejected') throw answer.reason;
    if (recorded.status === 'rejected') throw recorded.reason;
    return answer.value;
  }

  /** Null for an account that may send. */
  private parkedUntil({ status, throttledUntil }: ConnectedAccount): Date | null {
    const recheck = this.clock.date(PARKED_RECHECK_MS);
    switch (status) {
      case 'active':
        return null;
      case 'paused':
      case 'reconnect':
        return recheck;
      case 'throttled':
        if (throttledUntil === undefined) return recheck;
        return throttledUntil <= this.clock.now() ? null : new Date(throttledUntil);
    }
  }
}

const isPersonal = (event: AnswerableEvent): event is PersonalEvent => event.person !== null;
