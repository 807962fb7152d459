import { Injectable } from '@nestjs/common';
import { RuleSelector } from '../conditions/rule.selector.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { Run } from '../flows/run.js';
import { ConversationGate } from '../gates/conversation.gate.js';
import type { Rule } from '../rules/rule-set.js';
import { RulesService } from '../rules/rules.service.js';
import { outcomeOf, type EventOutcome } from './event-outcome.js';

/** What is to be done about an event. */
export type Plan =
  | { type: 'end'; outcome: EventOutcome }
  /** At least one rule. `note`: what to say of the choice when nothing else is to be said. */
  | { type: 'rules'; rules: Rule[]; note?: string };

export const FOLLOW_UNKNOWN = 'follow_unknown';

/** Decides what answers an event, before anything is sent. A job that runs again decides the same. */
@Injectable()
export class AnswerPlanner {
  constructor(
    private readonly gate: ConversationGate,
    private readonly rules: RulesService,
    private readonly selector: RuleSelector,
    private readonly contacts: ContactRepository,
  ) {}

  async plan(run: Run): Promise<Plan> {
    const { event, known, job } = run;
    const closed = await this.gate.check(event, known);
    if (closed) return { type: 'end', outcome: closed };
    const rules = await this.rules.forAccount(event.account);
    if (event.kind === 'live_comment' && !rules.listensTo('live_comment')) {
      return { type: 'end', outcome: outcomeOf('ignored', { reason: 'no_live_trigger' }) };
    }
    if (known?.decision?.job === job.id && known.decision.rules) {
      const decided = rules.withIds(known.decision.rules);
      return decided.length > 0
        ? { type: 'rules', rules: decided }
        : { type: 'end', outcome: outcomeOf('ignored', { reason: 'automation_gone' }) };
    }
    return this.select(run, rules);
  }

  private async select(run: Run, rules: Awaited<ReturnType<RulesService['forAccount']>>): Promise<Plan> {
    const { event, known, job } = run;
    const selection = await this.selector.select(rules, run, known);
    if (selection.rules.length === 0) return { type: 'end', outcome: outcomeOf('no_match') };
    if (selection.mayChange) {
      const decision = { job: job.id, rules: selection.rules.map(({ id }) => id) };
      await this.contacts.decide(event, decision, new Date(event.timestamp));
    }
    return {
      type: 'rules',
      rules: selection.rules,
      ...(selection.followUnknown && { note: FOLLOW_UNKNOWN }),
    };
  }
}
