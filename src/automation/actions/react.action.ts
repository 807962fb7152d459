import { Injectable } from '@nestjs/common';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import type { ReactAction as React } from '../automation.types.js';
import { OutboxService } from '../outbox/outbox.service.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { cosmetic } from './cosmetic.js';
import { MessageSender, sendOf } from './message.sender.js';

/** Reacts to the message that the person wrote. */
@Injectable()
export class ReactAction implements ActionRunner<React> {
  readonly types = ['react'];

  constructor(
    private readonly outbox: OutboxService,
    private readonly graph: GraphClient,
    private readonly sender: MessageSender,
  ) {}

  async run({ reaction }: React, context: ActionContext): Promise<ActionResult> {
    const { event, account, job } = context;
    const mid = event.kind !== 'reaction' && 'mid' in event ? event.mid : undefined;
    if (mid === undefined) return { type: 'skipped', reason: 'no_message' };
    this.sender.assertWindowOpen(context);
    const action = { sender_action: 'react', payload: { message_id: mid, reaction } } as const;
    const delivery = await cosmetic(() =>
      this.outbox.deliver(sendOf('react', context), () =>
        this.graph.act(account, event.person, action, job.signal),
      ),
    );
    return 'reason' in delivery ? delivery : { type: 'sent' };
  }
}
