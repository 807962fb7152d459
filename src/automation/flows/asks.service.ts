import { Injectable } from '@nestjs/common';
import { isDirectMessage, textOf } from '../answerable-event.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { PendingAsk } from '../contacts/contact.schema.js';
import { readAnswer } from './answer-format.js';
import type { FlowState } from './flow-state.js';
import type { Run } from './run.js';

/** Takes a person's message as the answer to a question that was asked. */
@Injectable()
export class AsksService {
  constructor(private readonly contacts: ContactRepository) {}

  /** Undefined when no question waits for this event. Without effect: the answer is kept by {@link keep}. */
  read({ event, known }: Run): { ask: PendingAsk; value: string | null } | undefined {
    const ask = known?.ask;
    if (!ask || !isDirectMessage(event)) return undefined;
    if (event.timestamp < ask.after.getTime() || event.timestamp > ask.expiresAt.getTime()) return undefined;
    return { ask, value: readAnswer(ask.validate, textOf(event)) };
  }

  /** Keeps the answer with the flow that goes on, in one write, so that a crash behind it loses neither. */
  async keep({ event, job }: Run, { flow, attribute }: PendingAsk, value: string): Promise<FlowState> {
    const decision = { job: job.id, flow };
    await this.contacts.answerAsk(event, { attribute, value, decision }, new Date(event.timestamp));
    return flow;
  }
}
