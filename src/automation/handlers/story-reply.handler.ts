import { Injectable } from '@nestjs/common';
import type { StoryReplyEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A direct message that replies to a story. */
@Injectable()
@JobHandler('story_reply')
export class StoryReplyHandler implements Handler<StoryReplyEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<StoryReplyEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
