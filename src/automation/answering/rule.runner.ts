import { Injectable } from '@nestjs/common';
import { ServerConfig } from '../../config/app-config.js';
import type { JobResult } from '../../queue/job.types.js';
import { compileAction, compileTexts } from '../actions/compiled-action.js';
import { renderText } from '../actions/action-text.js';
import { MessageSender } from '../actions/message.sender.js';
import type { PendingAsk } from '../contacts/contact.schema.js';
import { CooldownsService } from '../contacts/cooldowns.service.js';
import { AutomationFigures } from '../figures/automation.figures.js';
import { FlowRunner, type Flow, type Progress } from '../flows/flow.runner.js';
import type { FlowState } from '../flows/flow-state.js';
import { GraphFailures } from '../flows/graph.failures.js';
import type { Run } from '../flows/run.js';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import { linkMaker } from '../links/tracked-link.js';
import type { Rule } from '../rules/rule-set.js';
import { MESSAGE_TEXT_LIMIT } from '../templates/text-limit.js';
import { ended } from './event-outcome.js';

/** Carries out what was planned for an event, and tells how the event ended. */
@Injectable()
export class RuleRunner {
  constructor(
    private readonly flows: FlowRunner,
    private readonly cooldowns: CooldownsService,
    private readonly sender: MessageSender,
    private readonly failures: GraphFailures,
    private readonly figures: AutomationFigures,
    private readonly server: ServerConfig,
  ) {}

  /**
   * @param rules at least one
   * @param note why an answered event was answered, where that is worth telling
   */
  async run(rules: readonly Rule[], run: Run, note?: string): Promise<JobResult> {
    const ready = this.cooldowns.ready(rules, run.event, run.job.id, run.known);
    const { account } = run.event;
    for (const { id } of rules.filter((rule) => !ready.includes(rule))) {
      this.figures.countSkipped({ account, automation: id }, 'cooldown');
    }
    if (ready.length === 0) return ended('cooldown', { automation: rules[0]?.id });
    const progress: Progress = { privatelyReplied: false };
    const contact = this.flows.lazyContact(
      ready.flatMap(({ actions }) => actions),
      run,
    );
    for (const rule of ready) {
      const { answeredBy, sentBy } = progress;
      const own: Progress = { privatelyReplied: progress.privatelyReplied };
      const failure = await this.flows.run({ ...rule, from: 0 }, run, own, contact);
      Object.assign(progress, own, {
        answeredBy: answeredBy ?? own.answeredBy,
        sentBy: sentBy ?? own.sentBy,
      });
      // Not before a job that will run again has come to its end.
      this.count(rule.id, run, own, failure);
      if (hasFired(own, failure) && (failure === null || failure.type === 'done')) {
        await this.cooldowns.start(rule, run.event, run.job);
      }
      if (failure) return sentBy === undefined ? failure : answeredInPart(failure, sentBy);
    }
    return endOf(progress, note);
  }

  /** Goes on with a flow that another job began. */
  async resume(state: FlowState, run: Run): Promise<JobResult> {
    const { automation, actions, position, privatelyReplied } = state;
    if (position >= actions.length) return ended('answered', { automation });
    const compiled = actions.map((action) =>
      compileAction(action, linkMaker(automation, this.server.publicUrl)),
    );
    const flow: Flow = { id: automation, actions: compiled, source: actions, from: position };
    const progress: Progress = { privatelyReplied };
    const contact = this.flows.lazyContact(compiled, run);
    const failure = await this.flows.run(flow, run, progress, contact);
    this.count(automation, run, { ...progress, answeredBy: undefined, sentBy: undefined }, failure);
    return failure ?? endOf(progress);
  }

  /** Counts a job that ended; one that will run again is not counted yet. */
  private count(
    automation: string,
    { event, job }: Run,
    progress: Progress,
    failure: JobResult | null,
  ): void {
    const of = { account: event.account, automation };
    const lastTry = failure?.type === 'retry' && job.attempt >= job.maxAttempts;
    if (failure !== null && failure.type !== 'done' && failure.type !== 'discard' && !lastTry) return;
    if (hasFired(progress, failure)) this.figures.count(of, 'fired');
    if (progress.skipped) this.figures.countSkipped(of, progress.skipped.reason);
    if (failure === null) return;
    const result = failure.type === 'done' ? failure.outcome?.result : 'failed';
    if (result === 'failed') this.figures.count(of, 'failed');
    else if (result !== 'answered') this.figures.countSkipped(of, String(result));
  }

  /** Tells a person that the answer to a question is not of the form that was asked for. */
  async askAgain({ flow, retryText }: PendingAsk, run: Run): Promise<JobResult> {
    const texts = compileTexts({ text: retryText }, MESSAGE_TEXT_LIMIT);
    const contact = this.flows.lazyContact([texts], run);
    const { automation, actions: source } = flow;
    const context = {
      ...run,
      automation,
      source,
      position: flow.position - 1,
      privatelyReplied: true,
      contact,
    };
    try {
      const text = await renderText(texts, context);
      if (text !== '') await this.sender.send({ type: 'ask', message: { text } }, context);
      return ended('answered', { automation, reason: 'answer_invalid' });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      return this.failures.handle(error, run, automation, undefined);
    }
  }
}

/** Of an automation that came to its end, what it noted counts as well. */
const hasFired = ({ answeredBy, sentBy }: Progress, failure: JobResult | null): boolean =>
  (failure === null ? answeredBy : sentBy) !== undefined;

/** What an automation before this one has sent is an answer, whatever became of this one. */
function answeredInPart(failure: JobResult, automation: string): JobResult {
  if (failure.type !== 'done') return failure;
  const reason = failure.outcome?.['reason'];
  return ended('answered', { automation, ...(typeof reason === 'string' && { reason }) });
}

function endOf({ answeredBy, waiting, skipped }: Progress, note?: string): JobResult {
  if (answeredBy !== undefined) {
    return ended('answered', { automation: answeredBy, reason: note ?? (waiting && 'waiting') });
  }
  return ended(skipped?.reason === 'comment_has_its_reply' ? 'ignored' : 'failed', skipped);
}
