import { Injectable } from '@nestjs/common';
import { JobHandler } from '../../queue/job-handler.decorator.js';
import type { Handler, JobResult, RunningJob } from '../../queue/job.types.js';
import { AnsweringService } from '../answering/answering.service.js';
import { FLOW_JOB, type FlowJob } from './flow-job.js';

/** What is left of a flow after a wait. */
@Injectable()
@JobHandler(FLOW_JOB)
export class FlowHandler implements Handler<FlowJob> {
  constructor(private readonly answering: AnsweringService) {}

  handle(job: RunningJob<FlowJob>): Promise<JobResult> {
    return this.answering.goOn(job);
  }
}
