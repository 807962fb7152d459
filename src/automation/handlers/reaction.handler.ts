import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** A reaction to a message, or one taken back. */
@Injectable()
@JobHandler('reaction')
export class ReactionHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'reaction' });
  }
}
