import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import type { TypingAction as Typing } from '../automation.types.js';
import { isComment } from '../answerable-event.js';
import { SuspendedError } from '../flows/flow.errors.js';
import { OutboxService } from '../outbox/outbox.service.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { cosmetic } from './cosmetic.js';
import { MessageSender, sendOf } from './message.sender.js';

/** Below it, putting the job off would take longer than the wait itself. */
const SHORT_MS = 1000;

/**
 * Shows that somebody types, then waits. A worker's slot is too precious to be slept in for 20 seconds, so the job is put
 * off instead: it keeps its place in the conversation, and the row in the outbox tells its next run since when it waits.
 */
@Injectable()
export class TypingAction implements ActionRunner<Typing> {
  readonly types = ['typing'];

  constructor(
    private readonly outbox: OutboxService,
    private readonly graph: GraphClient,
    private readonly sender: MessageSender,
    private readonly clock: Clock,
  ) {}

  async run({ ms }: Typing, context: ActionContext): Promise<ActionResult> {
    const { event, account, job } = context;
    // No conversation is open for a comment, and so nothing in which to type.
    if (isComment(event)) return { type: 'skipped', reason: 'no_conversation' };
    this.sender.assertWindowOpen(context);
    const delivery = await cosmetic(() =>
      this.outbox.deliver(sendOf('typing', context), () =>
        this.graph.act(account, event.person, { sender_action: 'typing_on' }, job.signal),
      ),
    );
    if ('reason' in delivery) return delivery;
    const leftMs = delivery.at.getTime() + ms - this.clock.now();
    if (leftMs > SHORT_MS) throw new SuspendedError(this.clock.date(leftMs), 'typing');
    if (leftMs > 0) await sleep(leftMs, undefined, { signal: job.signal });
    return { type: 'done' };
  }
}
