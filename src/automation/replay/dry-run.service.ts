import { Injectable } from '@nestjs/common';
import { AccountsService, type ConnectedAccount } from '../../accounts/accounts.service.js';
import type { InstagramEvent } from '../../instagram/instagram-event.js';
import type { RunningJob } from '../../queue/job.types.js';
import { TrailingWork } from '../../queue/trailing-work.js';
import { isAnswerable, reasonToIgnore, type PersonalEvent } from '../answerable-event.js';
import { outcomeOf, type EventOutcome } from '../answering/event-outcome.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { Run } from '../flows/run.js';
import type { RuleSet } from '../rules/rule-set.js';
import { RulesService } from '../rules/rules.service.js';
import { ActionPreview } from './action.preview.js';
import { DryRunJudges } from './dry-run.judges.js';
import type { DryRun, DryRunStep } from './dry-run.types.js';
import type { ReplayJob } from './replay-job.js';

/** Tells step by step what today's automations would do about an event, and why. Nothing is sent and nothing kept. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly contacts: ContactsService,
    private readonly rules: RulesService,
    private readonly preview: ActionPreview,
    private readonly judges: DryRunJudges,
  ) {}

  /** @param rules the account's, where others than the stored ones are to be tried */
  async run({ event, identity }: ReplayJob, rules?: RuleSet): Promise<DryRun> {
    const steps: DryRunStep[] = [];
    const { kind, account, person } = event;
    const outcome = await this.walk(event, identity, steps, rules);
    return { event: { kind, account, person }, outcome, steps };
  }

  private async walk(
    event: InstagramEvent,
    identity: string,
    steps: DryRunStep[],
    rules: RuleSet | undefined,
  ): Promise<EventOutcome> {
    if (!isAnswerable(event)) return stop(steps, 'event', outcomeOf('ignored', { reason: event.kind }));
    const reason = reasonToIgnore(event);
    if (reason !== null) return stop(steps, 'event', outcomeOf('ignored', { reason }));
    const account = await this.accounts.find(event.account);
    if (!account) return stop(steps, 'account', outcomeOf('unknown_account'));
    steps.push({
      step: 'account',
      result: account.status === 'active' ? 'ok' : 'waits',
      reason: account.status,
    });
    const run = await this.runOf(event as PersonalEvent, account, identity);
    const closed = this.judges.gate.verdict(run.event, run.known);
    if (closed) return stop(steps, 'conversation', closed);
    const answer = this.judges.asks.read(run);
    if (answer) {
      const { automation } = answer.ask.flow;
      const result = answer.value === null ? 'asked_again' : 'answer_taken';
      steps.push({ step: 'question', automation, result });
      return outcomeOf('answered', { automation });
    }
    return this.match(rules ?? (await this.rules.forAccount(run.event.account)), run, steps);
  }

  private async match(rules: RuleSet, run: Run, steps: DryRunStep[]): Promise<EventOutcome> {
    const { rules: chosen, followUnknown } = await this.judges.selector.select(rules, run, run.known);
    for (const { id } of rules.match(run.event, () => true)) {
      const fits = chosen.some((rule) => rule.id === id);
      steps.push({
        step: 'match',
        automation: id,
        result: fits ? 'chosen' : 'passed_over',
        ...(!fits && { reason: 'conditions_or_schedule' }),
      });
    }
    if (chosen.length === 0) return stop(steps, 'match', outcomeOf('no_match'));
    for (const { id } of chosen.filter((rule) => !steps.some(({ automation }) => automation === rule.id))) {
      steps.push({ step: 'match', automation: id, result: 'chosen' });
    }
    let answeredBy: string | undefined;
    for (const rule of chosen) {
      const answered = await this.preview.show(rule, run, steps);
      if (answered) answeredBy ??= rule.id;
    }
    if (answeredBy === undefined) return outcomeOf('cooldown', { automation: chosen[0]!.id });
    return outcomeOf('answered', {
      automation: answeredBy,
      ...(followUnknown && { reason: 'follow_unknown' }),
    });
  }

  private async runOf(event: PersonalEvent, account: ConnectedAccount, identity: string): Promise<Run> {
    const job: RunningJob = {
      id: `dry-run:${identity}`,
      kind: event.kind,
      payload: event,
      dedupKey: identity,
      attempt: 1,
      isFirstRun: true,
      maxAttempts: 1,
      enqueuedAt: new Date(event.timestamp),
      signal: new AbortController().signal,
      trailing: new TrailingWork(),
    };
    return { job, event, account, known: await this.contacts.find(event) };
  }
}

function stop(steps: DryRunStep[], step: DryRunStep['step'], outcome: EventOutcome): EventOutcome {
  steps.push({
    step,
    result: outcome.result,
    ...(outcome.reason !== undefined && { reason: outcome.reason }),
  });
  return outcome;
}
