import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** Somebody mentioned the account under a post of their own. */
@Injectable()
@JobHandler('mention')
export class MentionHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'mention' });
  }
}
