import { Injectable } from '@nestjs/common';
import { renderText } from '../actions/action-text.js';
import type { ActionContext } from '../actions/action-context.js';
import type { CompiledAction } from '../actions/compiled-action.js';
import { MessageSender } from '../actions/message.sender.js';
import { isComment } from '../answerable-event.js';
import { CooldownsService } from '../contacts/cooldowns.service.js';
import type { Run } from '../flows/run.js';
import { MessageRepository } from '../outbox/message.repository.js';
import type { Rule } from '../rules/rule-set.js';
import type { DryRunStep } from './dry-run.types.js';

const sends: ReadonlySet<string> = new Set(['send_message', 'send_media', 'send_cards', 'ask']);
/** What stands behind them does not run now. */
const parts: ReadonlySet<string> = new Set(['wait', 'ask']);

/** Shows what the actions of a rule would do. */
@Injectable()
export class ActionPreview {
  constructor(
    private readonly cooldowns: CooldownsService,
    private readonly messages: MessageRepository,
    private readonly sender: MessageSender,
  ) {}

  /** False when the rule would stay silent. */
  async show(rule: Rule, run: Run, steps: DryRunStep[]): Promise<boolean> {
    const { event, job, known } = run;
    if (this.cooldowns.ready([rule], event, job.id, known).length === 0) {
      steps.push({ step: 'cooldown', automation: rule.id, result: 'cooldown' });
      return false;
    }
    const jobs = await this.messages.jobsOf(event.account, event.person, job.dedupKey ?? '');
    let privatelyReplied = false;
    for (const [position, action] of rule.actions.entries()) {
      const context: ActionContext = {
        ...run,
        automation: rule.id,
        source: rule.source,
        position,
        privatelyReplied,
        contact: async () => ({ ...known, ...(isComment(event) && { username: event.username }) }),
      };
      const { text, ...what } = await this.preview(action, context, jobs);
      const { type } = action;
      steps.push({
        step: 'action',
        automation: rule.id,
        action: position,
        type,
        ...what,
        ...(text !== undefined && { text }),
      });
      if (sends.has(type)) privatelyReplied ||= isComment(event);
      if (parts.has(type)) break;
    }
    return true;
  }

  private async preview(
    action: CompiledAction,
    context: ActionContext,
    jobs: readonly string[],
  ): Promise<Pick<DryRunStep, 'result' | 'reason' | 'text'>> {
    const text = 'texts' in action ? await renderText(action, context) : undefined;
    if (text === '') return { result: 'would_skip', reason: 'empty_text' };
    if (await this.wasSent(context, action.type, jobs))
      return { result: 'would_skip', reason: 'sent_already', text };
    const direct = sends.has(action.type) && (!isComment(context.event) || context.privatelyReplied);
    if (direct && this.sender.windowIsClosed(context)) {
      return { result: 'would_stop', reason: 'outside_window', text };
    }
    return { result: 'would_run', text };
  }

  private async wasSent(
    { automation, position, event, privatelyReplied }: ActionContext,
    type: string,
    jobs: readonly string[],
  ): Promise<boolean> {
    const ids = jobs.map((job) => `${job}:${automation}:${position}`);
    if (isComment(event) && sends.has(type) && !privatelyReplied) {
      ids.push(`private-reply:${event.commentId}`);
    }
    for (const id of ids) if ((await this.messages.find(id))?.status === 'sent') return true;
    return false;
  }
}
