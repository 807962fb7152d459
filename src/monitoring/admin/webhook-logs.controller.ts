import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { DryRunService } from '../../automation/replay/dry-run.service.js';
import { dryRunSchema, type DryRun } from '../../automation/replay/dry-run.types.js';
import { ReplayService } from '../../automation/replay/replay.service.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { ChangesNothing } from '../../http/changes-nothing.decorator.js';
import type { Page } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { WebhookLogsService } from '../../webhooks/webhook-logs.service.js';
import { EventJobs, type EventWithJob } from './event-jobs.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf } from '../../http/api-docs/json-schema.js';
import { logDetailsSchema, logViewSchema, toLogView, type LogView } from './webhook-log.view.js';
import { listLogsSchema, toLogFilter } from './webhook-logs.validation.js';

/** Deliveries as they came: to look at, to try today's automations on, and to run again. */
@Controller('api/admin/webhook-logs')
@UseGuards(AdminGuard)
export class WebhookLogsController {
  constructor(
    private readonly logs: WebhookLogsService,
    private readonly dryRuns: DryRunService,
    private readonly replays: ReplayService,
    private readonly eventJobs: EventJobs,
  ) {}

  /** The newest first; a page may be short and still have a next one. */
  @Get()
  @Documented({ summary: 'Deliveries, the newest first', answer: pageOf(logViewSchema) })
  async list(
    @Query(new ZodPipe(listLogsSchema)) { limit, cursor, ...filter }: z.infer<typeof listLogsSchema>,
  ): Promise<Page<LogView>> {
    const { rows, nextCursor } = await this.logs.page(toLogFilter(filter), limit, cursor);
    return { items: rows.map(toLogView), nextCursor };
  }

  /** With its body, in which message texts are, and with the job of each event. */
  @Get(':id')
  @Documented({
    summary: 'One delivery with its body',
    answer: logDetailsSchema,
    errors: { 404: 'webhook_log_not_found' },
  })
  async get(
    @Param('id') id: string,
  ): Promise<Omit<LogView, 'events'> & { events: EventWithJob[]; body: unknown }> {
    const log = await this.logs.get(id);
    return { ...toLogView(log), events: await this.eventJobs.of(log), body: this.logs.bodyOf(log) };
  }

  /** What today's automations would do about its events; nothing is sent. */
  @ChangesNothing()
  @Post(':id/dry-run')
  @HttpCode(200)
  @Documented({
    summary: "What today's automations would do about it; nothing is sent",
    answer: z.object({ events: z.array(dryRunSchema) }),
    errors: { 404: 'webhook_log_not_found' },
  })
  async dryRun(@Param('id') id: string): Promise<{ events: DryRun[] }> {
    const events: DryRun[] = [];
    for (const each of this.logs.eventsOf(await this.logs.get(id))) events.push(await this.dryRuns.run(each));
    return { events };
  }

  /** Its events run again, for real; what was sent for them is not sent again. */
  @Post(':id/replay')
  @HttpCode(202)
  @Documented({
    summary: 'Runs its events again; what was sent is not sent again',
    answer: z.object({ jobs: z.array(z.string()) }),
    errors: { 404: 'webhook_log_not_found' },
  })
  async replay(@Param('id') id: string): Promise<{ jobs: string[] }> {
    return { jobs: await this.replays.replay(this.logs.eventsOf(await this.logs.get(id))) };
  }
}
