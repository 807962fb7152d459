import { Injectable } from '@nestjs/common';
import type { ReferralEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';

/** An ig.me link that was followed. */
@Injectable()
@JobHandler('referral')
export class ReferralHandler implements Handler<ReferralEvent> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<ReferralEvent>): Promise<JobResult> {
    return this.answering.answer(job);
  }
}
