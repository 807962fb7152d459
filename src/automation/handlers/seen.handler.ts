import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** The person has seen a message. */
@Injectable()
@JobHandler('seen')
export class SeenHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'seen' });
  }
}
