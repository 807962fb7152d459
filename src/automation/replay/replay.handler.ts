import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { isAnswerable } from '../answerable-event.js';
import { AnsweringService } from '../answering/answering.service.js';
import { ended } from '../answering/event-outcome.js';
import { MessageRepository } from '../outbox/message.repository.js';
import { REPLAY_JOB, type ReplayJob } from './replay-job.js';

/** Runs an event again by today's automations. As the job that sent for it first, so that nothing is sent twice. */
@Injectable()
@JobHandler(REPLAY_JOB)
export class ReplayHandler implements Handler<ReplayJob> {
  constructor(
    private readonly answering: AnsweringService,
    private readonly messages: MessageRepository,
  ) {}

  async handle(job: RunningJob<ReplayJob>): Promise<JobResult> {
    const { event, identity } = job.payload;
    if (!isAnswerable(event) || event.person === null) return ended('ignored', { reason: event.kind });
    const [first] = await this.messages.jobsOf(event.account, event.person, identity);
    return this.answering.answer({ ...job, id: first ?? job.id, dedupKey: identity, payload: event });
  }
}
