import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import type { OutgoingMessage, Recipient } from '../../instagram/graph/graph.types.js';
import { THROTTLED_MS } from '../answering/graph-failure.js';
import type { ActionType } from '../automation.types.js';
import { isComment, opensWindow } from '../answerable-event.js';
import { SuspendedError } from '../flows/flow.errors.js';
import { SendLimiter } from '../limits/send.limiter.js';
import { MessageRepository } from '../outbox/message.repository.js';
import { OutboxService, sendId, type Send } from '../outbox/outbox.service.js';
import { findSent } from '../outbox/read-back.js';
import { shownContent } from '../outbox/shown-content.js';
import type { ActionContext, ActionResult } from './action-context.js';

/** Instagram takes messages for so long after the person's last one. */
export const WINDOW_MS = 24 * 3_600_000;

export interface Outgoing {
  type: ActionType;
  message: OutgoingMessage;
  /** Audio or video, for which Instagram has a limit of its own. */
  heavy?: boolean;
}

/**
 * Sends a message of any kind to the person: on a comment, the first one is its private reply and the others go to the
 * person's inbox.
 */
@Injectable()
export class MessageSender {
  constructor(
    private readonly outbox: OutboxService,
    private readonly messages: MessageRepository,
    private readonly graph: GraphClient,
    private readonly limiter: SendLimiter,
    private readonly clock: Clock,
  ) {}

  /** @throws {GraphError} also `outside_window`, without a call, where that is known */
  async send(
    { type, message, heavy = false }: Outgoing,
    context: ActionContext,
  ): Promise<Extract<ActionResult, { type: 'sent' | 'skipped' }>> {
    const { event } = context;
    const comment = isComment(event) ? event.commentId : undefined;
    const privateReply = comment !== undefined && !context.privatelyReplied;
    if (!privateReply) this.assertWindowOpen(context);
    const recipient: Recipient = privateReply ? { comment_id: comment } : { id: event.person };
    const text = textOf(message);
    const send: Send = { ...sendOf(type, context), privateReply, text, shown: shownContent(message) };
    await this.awaitTurn(send, context, heavy);
    const { state } = await this.outbox.deliver(
      send,
      () => this.call(send, context, recipient, message),
      async (since) => (text === undefined ? null : this.readBack(text, since, context, send)),
    );
    return state === 'taken'
      ? { type: 'skipped', reason: 'comment_has_its_reply' }
      : { type: 'sent', privateReply };
  }

  private async call(
    send: Send,
    { account, job }: ActionContext,
    recipient: Recipient,
    message: OutgoingMessage,
  ): Promise<string> {
    try {
      const { messageId } = await this.graph.sendMessage(account, recipient, message, job.signal);
      job.notes?.sent.push(messageId);
      return messageId;
    } catch (error) {
      // What it has of the hour is not lost by it: not carried out, it took nothing; carried out, a second one takes nothing.
      if (send.privateReply && error instanceof GraphError) {
        const waitMs = error.kind === 'throttled' ? (error.retryAfterMs ?? THROTTLED_MS) : 0;
        await this.limiter.keepPlace(sendId(send), this.clock.date(waitMs));
      }
      throw error;
    }
  }

  /** Nothing is taken of a limit for what an earlier run of the job has sent. */
  private async awaitTurn(send: Send, { job, event }: ActionContext, heavy: boolean): Promise<void> {
    const id = sendId(send);
    if (!job.isFirstRun && (await this.messages.find(id))?.status === 'sent') return;
    const { account, privateReply } = send;
    const second = { account, bucket: heavy ? 'media' : 'text', id: `${id}:second`, job } as const;
    if (!privateReply || event.kind !== 'comment') return this.limiter.acquire(second);
    const hour = { account, bucket: 'private_reply', id, job } as const;
    // What is scarce is taken last, unless there is none of it or a place in its line is kept.
    if (job.isFirstRun && !this.limiter.isUsedUp(hour)) {
      await this.limiter.acquire(second);
      return this.limiter.acquire(hour);
    }
    await this.limiter.acquire(hour);
    try {
      await this.limiter.acquire(second);
    } catch (error) {
      if (error instanceof SuspendedError) await this.limiter.keepPlace(id, error.until);
      throw error;
    }
  }

  /** @throws {SuspendedError} when there is no turn for it soon: the send waits, since nobody knows of it yet */
  private async readBack(
    text: string,
    since: Date,
    { account, event, job }: ActionContext,
    send: Send,
  ): Promise<string | null> {
    const turn = `${sendId(send)}:read-back:${job.attempt}`;
    await this.limiter.acquire({ account: send.account, bucket: 'conversations', id: turn, job });
    return findSent(
      { account: account.instagramId, text, since },
      () => this.graph.getMessages(account, event.person, job.signal),
      (id) => this.messages.wasSent(id),
    );
  }

  /** @throws {GraphError} `outside_window`, without a call, where that is known */
  assertWindowOpen(context: ActionContext): void {
    if (!this.windowIsClosed(context)) return;
    throw new GraphError('the person last wrote more than 24 hours ago', {
      kind: 'outside_window',
      delivery: 'refused',
    });
  }

  /** Only where it is known: of a person who never wrote to this program Instagram may know more. */
  windowIsClosed({ event, known }: ActionContext): boolean {
    const last = Math.max(
      known?.lastInboundAt?.getTime() ?? -Infinity,
      opensWindow(event) ? event.timestamp : -Infinity,
    );
    return last !== -Infinity && this.clock.now() - last > WINDOW_MS;
  }
}

/** What the outbox keeps of a send, whatever it is. */
export const sendOf = (type: ActionType, { job, event, automation, position }: ActionContext): Send => ({
  job: job.id,
  signal: job.signal,
  trailing: job.trailing,
  action: position,
  type,
  account: event.account,
  person: event.person,
  automation,
  privateReply: false,
  ...(job.dedupKey !== undefined && { event: job.dedupKey }),
  ...(isComment(event) && { comment: event.commentId }),
});

/** The text of a message as Instagram reports it back; templates and media come back without one. */
const textOf = (message: OutgoingMessage): string | undefined =>
  'text' in message ? message.text : undefined;
