import { Injectable } from '@nestjs/common';
import type { MessageEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A direct message that is no reply to a story. */
@Injectable()
@JobHandler('message')
export class MessageHandler implements Handler<MessageEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<MessageEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
