import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { ContactWrites } from '../contacts/contact-writes.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledAsk } from './compiled-action.js';
import { MessageSender } from './message.sender.js';

/** Asks, and keeps on the contact what is to become of the answer. */
@Injectable()
export class AskAction implements ActionRunner<CompiledAsk> {
  readonly types = ['ask'];

  constructor(
    private readonly sender: MessageSender,
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly clock: Clock,
  ) {}

  async run(action: CompiledAsk, context: ActionContext): Promise<ActionResult> {
    const text = await renderText(action, context);
    if (text === '') return { type: 'skipped', reason: 'empty_text' };
    const sent = await this.sender.send({ type: 'ask', message: { text } }, context);
    if (sent.type === 'skipped') return sent;
    const { event, automation, source, position, job } = context;
    const { attribute, validate, retryText, timeoutMs } = action;
    const flow = { automation, actions: [...source], position: position + 1, privatelyReplied: true };
    const span = { after: new Date(event.timestamp), expiresAt: this.clock.date(timeoutMs) };
    const ask = { flow, attribute, validate, retryText, ...span };
    await this.writes.untilWritten(job, () => this.contacts.ask(event, ask, this.clock.date()));
    return { type: 'parted', sent: true };
  }
}
