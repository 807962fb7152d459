import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../queue/job.types.js';
import { ended } from '../answering/event-outcome.js';

/** A message that the account itself sent: answering it would be answering oneself. */
@Injectable()
@JobHandler('echo')
export class EchoHandler implements Handler {
  async handle(): Promise<JobResult> {
    return ended('ignored', { reason: 'own' });
  }
}
