import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import { AutomationFigures } from '../figures/automation.figures.js';
import type { ActionType } from '../automation.types.js';
import type { TrailingWork } from '../../queue/trailing-work.js';
import { MessageTakenOverError } from './outbox.errors.js';
import { MessageRepository, type MessageChange } from './message.repository.js';
import type { MessageDocument } from './message.schema.js';
import { nextStep } from './resume.js';
import type { ShownContent } from './shown-content.js';

export interface Send {
  job: string;
  /** The job's: once it is aborted, the outcome of the send is no longer this run's to write. */
  signal: AbortSignal;
  /** The job's: it ends when what it sent is recorded. */
  trailing: TrailingWork;
  automation: string;
  /** Place among the automation's actions. */
  action: number;
  type: ActionType;
  account: string;
  person: string;
  event?: string;
  comment?: string;
  /** The one private reply that its comment allows: claimed by comment, whichever job gives it. */
  privateReply: boolean;
  /** As it is sent, by which an echo of it is recognised. */
  text?: string | undefined;
  shown?: ShownContent | undefined;
}

/** `sent` also when an earlier run of the job, or another app, had sent it; `taken`: another job has the comment. */
export interface Delivery {
  state: 'sent' | 'taken';
  /** When it was sent, by this run or an earlier one. */
  at: Date;
}

/**
 * A send's identity: the same each time that the job runs, also when the owner has added or removed other automations in
 * between. A private reply is its comment's, since a second job must not give it again.
 */
export const sendId = ({ job, automation, action, comment, privateReply }: Send): string =>
  privateReply ? `private-reply:${comment}` : `${job}:${automation}:${action}`;

/** What a person gets to read. */
const visible: ReadonlySet<ActionType> = new Set([
  'send_message',
  'send_media',
  'send_cards',
  'ask',
  'reply_to_comment',
]);

const REPEAT_EVERY_MS = 200;

/**
 * Makes each send happen once, although Instagram's send call has no idempotency key: a row is written before the call
 * and settled after it, so that a job that runs again knows what was sent.
 */
@Injectable()
export class OutboxService {
  private readonly logger = new Logger('Automation');
  /** Sends that this process repeated without knowing whether the first arrived. */
  possibleDuplicates = 0;

  constructor(
    private readonly messages: MessageRepository,
    private readonly figures: AutomationFigures,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when it is sent. That it was is written behind the back of this run: the job's end waits for it, and so does
   * the job's next send.
   *
   * @param call makes the call and answers Instagram's id of what was sent, if that has one
   * @param readBack asked before a send of unknown outcome is repeated: Instagram's id of it if it arrived, given when the
   *   send began
   * @throws {GraphError} what the call threw, once the row says so
   */
  async deliver(
    send: Send,
    call: () => Promise<string | void>,
    readBack?: (since: Date) => Promise<string | null>,
  ): Promise<Delivery> {
    const own: Own = { id: sendId(send), run: randomUUID(), signal: send.signal };
    await send.trailing.done();
    if (!(await this.messages.begin(this.newRow(own, send)))) {
      const step = await this.resume(own, send, readBack);
      if (step !== 'send') return step;
    }
    let instagramMessageId: string | void;
    try {
      instagramMessageId = await call();
    } catch (error) {
      return this.settleFailure(own, send, error);
    }
    if (visible.has(send.type)) this.figures.count(send, 'sent');
    return this.settleSent(own, send, instagramMessageId ?? undefined);
  }

  private newRow(
    { id, run }: Own,
    { privateReply: _identity, signal: _signal, trailing: _trailing, text, shown, ...send }: Send,
  ): MessageDocument {
    const now = this.clock.date();
    const state = { status: 'sending', run, possibleDuplicate: false } as const;
    return {
      _id: id,
      ...send,
      ...(text && { text }),
      ...(shown && { shown }),
      ...state,
      createdAt: now,
      updatedAt: now,
    };
  }

  private async resume(
    { id, run }: Own,
    send: Send,
    readBack?: (since: Date) => Promise<string | null>,
  ): Promise<Delivery | 'send'> {
    const row = await this.messages.find(id);
    if (!row) throw new Error(`the message ${id} went while it was being sent`);
    const step = nextStep(row, send.job);
    if (step === 'taken' || step === 'skip') {
      return { state: step === 'skip' ? 'sent' : 'taken', at: row.updatedAt };
    }
    const arrived = step === 'send_again' ? ((await readBack?.(row.createdAt)) ?? null) : null;
    if (arrived !== null) {
      await this.messages.confirm(id, arrived, this.clock.date());
      return { state: 'sent', at: row.updatedAt };
    }
    const possibleDuplicate = row.possibleDuplicate || step === 'send_again';
    const change = { status: 'sending', run, possibleDuplicate, updatedAt: this.clock.date() } as const;
    if (!(await this.messages.takeOver(row, change))) throw new MessageTakenOverError(id);
    if (step === 'send_again') {
      this.possibleDuplicates += 1;
      this.logger.warn({ msg: 'sending again what may have arrived', message: id, job: send.job });
    }
    return 'send';
  }

  private settleSent(own: Own, { trailing }: Send, instagramMessageId?: string): Delivery {
    trailing.add(this.settle(own, { status: 'sent', ...(instagramMessageId && { instagramMessageId }) }));
    return { state: 'sent', at: this.clock.date() };
  }

  private async settleFailure(own: Own, send: Send, error: unknown): Promise<Delivery> {
    if (error instanceof GraphError && error.kind === 'already_replied') {
      return this.settleSent(own, send);
    }
    const refused = error instanceof Error && 'delivery' in error && error.delivery === 'refused';
    const code = codeOf(error);
    await this.settle(own, { status: refused ? 'failed' : 'unknown', error: code });
    throw error;
  }

  /**
   * Writes how the send ended, again and again while the database is away: this process knows what Instagram said, and a
   * later run of the job would have to send again because it does not.
   */
  private async settle({ id, run, signal }: Own, outcome: Omit<MessageChange, 'updatedAt'>): Promise<void> {
    for (;;) {
      try {
        await this.messages.change(id, run, { ...outcome, updatedAt: this.clock.date() });
        return;
      } catch (error) {
        if (signal.aborted) throw error;
        this.logger.warn({ msg: 'could not store how a send ended, trying again', message: id, error });
        await sleep(REPEAT_EVERY_MS);
      }
    }
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unexpected';

/** A message that this run may write on. */
interface Own {
  id: string;
  run: string;
  signal: AbortSignal;
}
