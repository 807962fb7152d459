import { Injectable } from '@nestjs/common';
import type { PersonalEvent } from '../answerable-event.js';
import { RuleSelector } from '../conditions/rule.selector.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { ContactDocument, PendingAsk } from '../contacts/contact.schema.js';
import { AsksService } from '../flows/asks.service.js';
import type { FlowState } from '../flows/flow-state.js';
import type { Run } from '../flows/run.js';
import { ConversationGate } from '../gates/conversation.gate.js';
import type { Rule } from '../rules/rule-set.js';
import { RulesService } from '../rules/rules.service.js';
import { outcomeOf, type EventOutcome } from './event-outcome.js';

/** What is to be done about an event. */
export type Plan =
  | { type: 'end'; outcome: EventOutcome }
  /** At least one rule. `note`: what to say of the choice when nothing else is to be said. */
  | { type: 'rules'; rules: Rule[]; note?: string }
  /** It was the answer to a question. */
  | { type: 'flow'; flow: FlowState }
  /** It was none. */
  | { type: 'ask_again'; ask: PendingAsk };

export const FOLLOW_UNKNOWN = 'follow_unknown';

/** Decides what answers an event, before anything is sent. A job that runs again decides the same. */
@Injectable()
export class AnswerPlanner {
  constructor(
    private readonly gate: ConversationGate,
    private readonly rules: RulesService,
    private readonly selector: RuleSelector,
    private readonly contacts: ContactRepository,
    private readonly asks: AsksService,
  ) {}

  async plan(run: Run): Promise<Plan> {
    const { event, known, job } = run;
    const closed = await this.gate.check(event, known);
    if (closed) return { type: 'end', outcome: closed };
    const decision = known?.decision?.job === job.id ? known.decision : undefined;
    if (decision?.flow) return { type: 'flow', flow: decision.flow };
    const answer = decision ? undefined : this.asks.read(run);
    if (answer?.value === null) return { type: 'ask_again', ask: answer.ask };
    if (answer) return { type: 'flow', flow: await this.asks.keep(run, answer.ask, answer.value) };
    const rules = await this.rules.forAccount(event.account);
    if (event.kind === 'live_comment' && !rules.listensTo('live_comment')) {
      return { type: 'end', outcome: outcomeOf('ignored', { reason: 'no_live_trigger' }) };
    }
    if (decision?.rules) {
      const decided = rules.withIds(decision.rules);
      return decided.length > 0
        ? { type: 'rules', rules: decided }
        : { type: 'end', outcome: outcomeOf('ignored', { reason: 'automation_gone' }) };
    }
    return this.select(run, rules);
  }

  /** Why a flow that waited does not go on; null when it does. */
  async reasonToEnd(
    event: PersonalEvent,
    { automation }: FlowState,
    known: ContactDocument | null,
  ): Promise<EventOutcome | null> {
    const closed = this.gate.verdict(event, known);
    if (closed) return closed;
    const rules = await this.rules.forAccount(event.account);
    return rules.withIds([automation]).length > 0
      ? null
      : outcomeOf('ignored', { reason: 'automation_gone' });
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
