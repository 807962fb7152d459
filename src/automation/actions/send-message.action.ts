import { Injectable } from '@nestjs/common';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import type { OutgoingMessage, Recipient } from '../../instagram/graph/graph.types.js';
import { isComment } from '../answerable-event.js';
import { OutboxService } from '../outbox/outbox.service.js';
import type { ActionContext, ActionResult } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledSendMessage } from './compiled-action.js';

/** Sends a DM; on a comment, the first one is its private reply and the others go to the person's inbox. */
@Injectable()
export class SendMessageAction {
  constructor(
    private readonly outbox: OutboxService,
    private readonly graph: GraphClient,
  ) {}

  async run(action: CompiledSendMessage, context: ActionContext): Promise<ActionResult> {
    const text = await renderText(action, context);
    if (text === '') return { type: 'skipped', reason: 'empty_text' };
    const { job, event, account, automation, position, signal } = context;
    const comment = isComment(event) ? event.commentId : undefined;
    const privateReply = comment !== undefined && !context.privatelyReplied;
    const recipient: Recipient = privateReply ? { comment_id: comment } : { id: event.person };
    const delivery = await this.outbox.deliver(
      {
        job,
        signal,
        action: position,
        type: 'send_message',
        account: event.account,
        person: event.person,
        automation,
        ...(comment !== undefined && { comment }),
        privateReply,
      },
      async () => (await this.graph.sendMessage(account, recipient, bodyOf(action, text), signal)).messageId,
    );
    return delivery === 'taken' ? { type: 'skipped', reason: 'comment_has_its_reply' } : { type: 'sent' };
  }
}

function bodyOf({ buttons, quickReplies }: CompiledSendMessage, text: string): OutgoingMessage {
  if (buttons)
    return { attachment: { type: 'template', payload: { template_type: 'button', text, buttons } } };
  return { text, ...(quickReplies && { quick_replies: quickReplies }) };
}
