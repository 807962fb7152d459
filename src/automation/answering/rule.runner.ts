import { Injectable } from '@nestjs/common';
import { AccountsService, type ConnectedAccount } from '../../accounts/accounts.service.js';
import { Clock } from '../../database/clock.js';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import type { JobResult } from '../../queue/job.types.js';
import { ActionExecutor } from '../actions/action.executor.js';
import type { ActionContext } from '../actions/action-context.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { CooldownsService } from '../contacts/cooldowns.service.js';
import type { Run } from '../flows/run.js';
import type { Rule } from '../rules/rule-set.js';
import { ended } from './event-outcome.js';
import { graphFailure, type AccountMark } from './graph-failure.js';

/** What has been done so far. */
interface Progress {
  privatelyReplied: boolean;
  /** The first automation that sent something. */
  answeredBy?: string;
  skipped?: { automation: string; reason: string };
}

/** Runs the actions of the rules that an event matched, in order, and tells how the event ended. */
@Injectable()
export class RuleRunner {
  constructor(
    private readonly executor: ActionExecutor,
    private readonly contacts: ContactsService,
    private readonly cooldowns: CooldownsService,
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param rules at least one
   * @param note why an answered event was answered, where that is worth telling
   */
  async run(rules: readonly Rule[], run: Run, note?: string): Promise<JobResult> {
    const ready = this.cooldowns.ready(rules, run.event, run.job.id, run.known);
    if (ready.length === 0) return ended('cooldown', { automation: rules[0]?.id });
    const progress: Progress = { privatelyReplied: false };
    const contact = this.lazyContact(ready, run);
    for (const rule of ready) {
      const failure = await this.runActions(rule, run, contact, progress);
      if (failure) return failure;
    }
    if (progress.answeredBy !== undefined)
      return ended('answered', { automation: progress.answeredBy, reason: note });
    const { skipped } = progress;
    return ended(skipped?.reason === 'comment_has_its_reply' ? 'ignored' : 'failed', skipped);
  }

  /** Null when the rule's actions are through. */
  private async runActions(
    rule: Rule,
    run: Run,
    contact: ActionContext['contact'],
    progress: Progress,
  ): Promise<JobResult | null> {
    const { job, event, account } = run;
    let failure: JobResult | null = null;
    let fired = false;
    try {
      for (const [position, action] of rule.actions.entries()) {
        job.signal.throwIfAborted();
        const { privatelyReplied } = progress;
        const shared = { job: job.id, signal: job.signal, event, account, contact, automation: rule.id };
        const result = await this.executor.run(action, { ...shared, position, privatelyReplied });
        if (result.type === 'skipped') {
          progress.skipped ??= { automation: rule.id, reason: result.reason };
          continue;
        }
        fired = true;
        progress.answeredBy ??= rule.id;
        if (action.type === 'send_message') progress.privatelyReplied = true;
      }
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      failure = await this.fail(error, rule, account, progress);
    }
    // Not before a job that will run again has come to its end.
    if (fired && (failure === null || failure.type === 'done'))
      await this.cooldowns.start(rule, event, job.id);
    return failure;
  }

  private lazyContact(rules: readonly Rule[], { job, event, account }: Run): ActionContext['contact'] {
    let contact: ReturnType<ActionContext['contact']> | undefined;
    return () => {
      const needs = rules.flatMap(({ actions }) => actions.flatMap(({ contactNeeds }) => [...contactNeeds]));
      contact ??= this.contacts.describe(event, account, new Set(needs), job.signal);
      return contact;
    };
  }

  private async fail(
    error: GraphError,
    rule: Rule,
    account: ConnectedAccount,
    { answeredBy }: Progress,
  ): Promise<JobResult> {
    const automation = answeredBy ?? rule.id;
    const sent = answeredBy !== undefined;
    const { result, mark } = graphFailure(error, { automation, sent, nowMs: this.clock.now() });
    if (mark) await this.markAccount(account, mark, error.code);
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
