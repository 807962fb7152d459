import { Injectable } from '@nestjs/common';
import type { CommentEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A comment on a post or reel. */
@Injectable()
@JobHandler('comment')
export class CommentHandler implements Handler<CommentEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<CommentEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
