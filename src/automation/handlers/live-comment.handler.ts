import { Injectable } from '@nestjs/common';
import type { LiveCommentEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A comment on a live video. */
@Injectable()
@JobHandler('live_comment')
export class LiveCommentHandler implements Handler<LiveCommentEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<LiveCommentEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
