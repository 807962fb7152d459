import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** An ig.me link or an ad opened the conversation, before anything was written. */
@Injectable()
@JobHandler('referral')
export class ReferralHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'referral' });
  }
}
