import { Injectable } from '@nestjs/common';
import type { QuickReplyEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A tapped quick reply. */
@Injectable()
@JobHandler('quick_reply')
export class QuickReplyHandler implements Handler<QuickReplyEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<QuickReplyEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
