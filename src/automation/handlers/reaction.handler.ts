import { Injectable } from '@nestjs/common';
import type { ReactionEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A reaction to a message, or one taken back. */
@Injectable()
@JobHandler('reaction')
export class ReactionHandler implements Handler<ReactionEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<ReactionEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
