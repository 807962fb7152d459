import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** A message was edited; also sent, with no edit at all, for new messages. */
@Injectable()
@JobHandler('edit')
export class EditHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'edit' });
  }
}
