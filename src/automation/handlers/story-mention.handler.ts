import { Injectable } from '@nestjs/common';
import type { StoryMentionEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** A story that mentions the account. */
@Injectable()
@JobHandler('story_mention')
export class StoryMentionHandler implements Handler<StoryMentionEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<StoryMentionEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
