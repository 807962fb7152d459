import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** What this version does not understand is kept in the webhook log and completed. */
@Injectable()
@JobHandler('unknown')
export class UnknownHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'unknown_kind' });
  }
}
