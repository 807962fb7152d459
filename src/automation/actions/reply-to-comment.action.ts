import { Injectable } from '@nestjs/common';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { isComment } from '../answerable-event.js';
import { OutboxService } from '../outbox/outbox.service.js';
import type { ActionContext, ActionResult } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledReplyToComment } from './compiled-action.js';

/** Answers under the comment, for everyone to see. */
@Injectable()
export class ReplyToCommentAction {
  constructor(
    private readonly outbox: OutboxService,
    private readonly graph: GraphClient,
  ) {}

  async run(action: CompiledReplyToComment, context: ActionContext): Promise<ActionResult> {
    const { job, event, account, automation, position, signal } = context;
    if (!isComment(event)) return { type: 'skipped', reason: 'not_a_comment' };
    const text = await renderText(action, context);
    if (text === '') return { type: 'skipped', reason: 'empty_text' };
    // Instagram takes replies to top-level comments only; one to a reply goes into the same thread.
    const thread = event.parentId ?? event.commentId;
    await this.outbox.deliver(
      {
        job,
        signal,
        action: position,
        type: 'reply_to_comment',
        account: event.account,
        person: event.person,
        automation,
        comment: event.commentId,
        privateReply: false,
      },
      async () => (await this.graph.replyToComment(account, thread, text, signal)).id,
    );
    return { type: 'sent' };
  }
}
