import { Injectable } from '@nestjs/common';
import type { PostbackEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A tapped button, ice breaker or menu item. */
@Injectable()
@JobHandler('postback')
export class PostbackHandler implements Handler<PostbackEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<PostbackEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
