import { Injectable } from '@nestjs/common';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import { snooze, type JobResult } from '../../queue/job.types.js';
import { ActionExecutor } from '../actions/action.executor.js';
import type { ActionContext } from '../actions/action-context.js';
import type { CompiledAction } from '../actions/compiled-action.js';
import type { Action } from '../automation.types.js';
import { ContactsService } from '../contacts/contacts.service.js';
import { Telemetry } from '../../telemetry/telemetry.js';
import { SuspendedError } from './flow.errors.js';
import { GraphFailures } from './graph.failures.js';
import type { Run } from './run.js';

/** The actions of one automation, from some place on. */
export interface Flow {
  /** Id of the automation. */
  id: string;
  actions: readonly CompiledAction[];
  source: readonly Action[];
  from: number;
}

/** What a job has done so far. */
export interface Progress {
  privatelyReplied: boolean;
  /** The first automation that did something. */
  answeredBy?: string | undefined;
  /** The first automation that sent something: what is only noted is no answer, where the answer itself fails. */
  sentBy?: string | undefined;
  /** What is to come later. */
  waiting?: true;
  skipped?: { automation: string; reason: string };
}

type Needing = Pick<CompiledAction, 'contactNeeds'>;

/** Runs actions in order. */
@Injectable()
export class FlowRunner {
  constructor(
    private readonly executor: ActionExecutor,
    private readonly contacts: ContactsService,
    private readonly failures: GraphFailures,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * @param progress is brought up to date
   * @returns how the job ends when the actions did not come to their end; null when they did
   */
  run(
    flow: Flow,
    run: Run,
    progress: Progress,
    contact: ActionContext['contact'],
  ): Promise<JobResult | null> {
    const { spans } = this.telemetry;
    const actions = () => this.runActions(flow, run, progress, contact);
    if (!spans) return actions();
    return spans.run('automation', { attributes: { 'chatautodm.automation': flow.id } }, actions);
  }

  private async runActions(
    flow: Flow,
    run: Run,
    progress: Progress,
    contact: ActionContext['contact'],
  ): Promise<JobResult | null> {
    try {
      for (const [position, action] of flow.actions.entries()) {
        if (position < flow.from) continue;
        run.job.signal.throwIfAborted();
        if (!(await this.runAction(action, position, flow, run, progress, contact))) return null;
      }
      return null;
    } catch (error) {
      if (error instanceof SuspendedError) return snooze(error.until, error.reason);
      if (!(error instanceof GraphError)) throw error;
      return this.failures.handle(error, run, flow.id, progress.sentBy);
    }
  }

  /** What is known of the person, looked up at most once. */
  lazyContact(needs: readonly Needing[], { event, account, job }: Run): ActionContext['contact'] {
    let contact: ReturnType<ActionContext['contact']> | undefined;
    return () => {
      const all = new Set(needs.flatMap(({ contactNeeds }) => [...contactNeeds]));
      contact ??= this.contacts.describe(event, account, all, job);
      return contact;
    };
  }

  /** False when the actions behind it are not to run now. */
  private async runAction(
    action: CompiledAction,
    position: number,
    { id, source }: Flow,
    run: Run,
    progress: Progress,
    contact: ActionContext['contact'],
  ): Promise<boolean> {
    const { privatelyReplied } = progress;
    const context = { ...run, automation: id, source, position, privatelyReplied, contact };
    const result = await this.executor.run(action, context);
    if (result.type === 'skipped') {
      progress.skipped ??= { automation: id, reason: result.reason };
      return true;
    }
    progress.answeredBy ??= id;
    if (result.type === 'sent' || (result.type === 'parted' && result.sent)) progress.sentBy ??= id;
    if (result.type === 'sent' && result.privateReply) progress.privatelyReplied = true;
    if (result.type !== 'parted') return true;
    if (!result.sent) progress.waiting = true;
    return false;
  }
}
