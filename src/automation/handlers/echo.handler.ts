import { Injectable } from '@nestjs/common';
import type { EchoEvent } from '../../instagram/instagram-event.js';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import { done, type Handler, type JobResult, type RunningJob } from '../../queue/job.types.js';
import { EchoService } from '../outbox/echo.service.js';

/** A message that the account itself sent: never answered, since that would be answering oneself. */
@Injectable()
@JobHandler('echo')
export class EchoHandler implements Handler<EchoEvent> {
  constructor(private readonly echoes: EchoService) {}

  async handle(job: RunningJob<EchoEvent>): Promise<JobResult> {
    return done(await this.echoes.receive(job.payload));
  }
}
