import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { ConflictError, NotFoundError } from '../../http/http.errors.js';
import type { Page } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { DeadLettersService } from '../../queue/dead-letters/dead-letters.service.js';
import { JobQueryRepository } from '../../queue/dead-letters/job-query.repository.js';
import type { JobDocument } from '../../queue/job.schema.js';
import { JobDetails, jobDetailsSchema, type JobDetailsView } from './job-details.js';
import { jobViewSchema, toJobView, type JobView } from './job.view.js';
import { listJobsSchema, toJobFilter } from './jobs.validation.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf } from '../../http/api-docs/json-schema.js';

const BY = 'admin';
const NOT_FOUND = { 404: 'job_not_found' };
const NOT_DEAD = { ...NOT_FOUND, 409: 'job_not_dead' };

@Controller('api/admin/jobs')
@UseGuards(AdminGuard)
export class JobsController {
  constructor(
    private readonly jobs: JobQueryRepository,
    private readonly deadLetters: DeadLettersService,
    private readonly details: JobDetails,
  ) {}

  @Get()
  @Documented({ summary: 'Jobs, the newest first', answer: pageOf(jobViewSchema) })
  async list(
    @Query(new ZodPipe(listJobsSchema)) { limit, cursor, ...filters }: z.infer<typeof listJobsSchema>,
  ): Promise<Page<JobView>> {
    const { rows, nextCursor } = await this.jobs.page(toJobFilter(filters), limit, cursor);
    return { items: rows.map(toJobView), nextCursor };
  }

  @Get(':id')
  @Documented({
    summary: 'One job with its time line, payload, messages and delivery',
    answer: jobDetailsSchema,
    errors: NOT_FOUND,
  })
  async get(@Param('id') id: string): Promise<JobDetailsView> {
    return this.details.of(await this.existing(id));
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Documented({ summary: 'Puts a dead job back to pending', answer: jobViewSchema, errors: NOT_DEAD })
  async retry(@Param('id') id: string): Promise<JobView> {
    await this.existing(id);
    return this.changed(id, await this.deadLetters.redriveOne(id, BY));
  }

  @Post(':id/discard')
  @HttpCode(200)
  @Documented({ summary: 'Is done with a dead job', answer: jobViewSchema, errors: NOT_DEAD })
  async discard(@Param('id') id: string): Promise<JobView> {
    await this.existing(id);
    return this.changed(id, await this.deadLetters.discardOne(id, BY));
  }

  private async changed(id: string, changed: boolean): Promise<JobView> {
    if (!changed) throw new ConflictError('job_not_dead', 'Only a dead job can be retried or discarded.');
    return toJobView(await this.existing(id));
  }

  private async existing(id: string): Promise<JobDocument> {
    const job = await this.jobs.find(id);
    if (!job) throw new NotFoundError('job_not_found', 'There is no such job, or it is no longer kept.');
    return job;
  }
}
