import { Injectable } from '@nestjs/common';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import type { CompiledSendMedia } from './compiled-action.js';
import { MessageSender } from './message.sender.js';

/** A picture, video, sound or file, which Instagram fetches itself: this program never opens its URL. */
@Injectable()
export class SendMediaAction implements ActionRunner<CompiledSendMedia> {
  readonly types = ['send_media'];

  constructor(private readonly sender: MessageSender) {}

  run({ message, heavy }: CompiledSendMedia, context: ActionContext): Promise<ActionResult> {
    return this.sender.send({ type: 'send_media', message, heavy }, context);
  }
}
