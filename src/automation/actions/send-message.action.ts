import { Injectable } from '@nestjs/common';
import type { OutgoingMessage } from '../../instagram/graph/graph.types.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledSendMessage } from './compiled-action.js';
import { MessageSender } from './message.sender.js';

@Injectable()
export class SendMessageAction implements ActionRunner<CompiledSendMessage> {
  readonly types = ['send_message'];

  constructor(private readonly sender: MessageSender) {}

  async run(action: CompiledSendMessage, context: ActionContext): Promise<ActionResult> {
    const text = await renderText(action, context);
    if (text === '') return { type: 'skipped', reason: 'empty_text' };
    return this.sender.send({ type: 'send_message', message: bodyOf(action, text) }, context);
  }
}

function bodyOf({ buttons, quickReplies }: CompiledSendMessage, text: string): OutgoingMessage {
  if (buttons)
    return { attachment: { type: 'template', payload: { template_type: 'button', text, buttons } } };
  return { text, ...(quickReplies && { quick_replies: quickReplies }) };
}
