import { Injectable } from '@nestjs/common';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { isComment } from '../answerable-event.js';
import { OutboxService } from '../outbox/outbox.service.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledReplyToComment } from './compiled-action.js';
import { sendOf } from './message.sender.js';

/** Answers under the comment, for everyone to see. */
@Injectable()
export class ReplyToCommentAction implements ActionRunner<CompiledReplyToComment> {
  readonly types = ['reply_to_comment'];

  constructor(
    private readonly outbox: OutboxService,
    private readonly graph: GraphClient,
  ) {}

  async run(action: CompiledReplyToComment, context: ActionContext): Promise<ActionResult> {
    const { job, event, account } = context;
    if (!isComment(event)) return { type: 'skipped', reason: 'not_a_comment' };
    const text = await renderText(action, context);
    if (text === '') return { type: 'skipped', reason: 'empty_text' };
    // Instagram takes replies to top-level comments only; one to a reply goes into the same thread.
    const thread = event.parentId ?? event.commentId;
    await this.outbox.deliver({ ...sendOf('reply_to_comment', context), text }, async () => {
      const { id } = await this.graph.replyToComment(account, thread, text, job.signal);
      job.notes?.sent.push(id);
      return id;
    });
    return { type: 'sent' };
  }
}
