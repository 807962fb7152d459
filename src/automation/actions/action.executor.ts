import { Injectable } from '@nestjs/common';
import type { ActionContext, ActionResult } from './action-context.js';
import type { CompiledAction } from './compiled-action.js';
import { ReplyToCommentAction } from './reply-to-comment.action.js';
import { SendMessageAction } from './send-message.action.js';

/** Finds what runs each type of action. */
@Injectable()
export class ActionExecutor {
  constructor(
    private readonly sendMessage: SendMessageAction,
    private readonly replyToComment: ReplyToCommentAction,
  ) {}

  run(action: CompiledAction, context: ActionContext): Promise<ActionResult> {
    switch (action.type) {
      case 'send_message':
        return this.sendMessage.run(action, context);
      case 'reply_to_comment':
        return this.replyToComment.run(action, context);
    }
  }
}
