import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { DryRunService } from '../../automation/replay/dry-run.service.js';
import { dryRunSchema, type DryRun } from '../../automation/replay/dry-run.types.js';
import { ReplayService } from '../../automation/replay/replay.service.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { pageQuerySchema, toPage, type Page, type PageQuery } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import type { WebhookLogDocument } from '../../webhooks/webhook-log.schema.js';
import { WebhookLogsService } from '../../webhooks/webhook-logs.service.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf, timeSchema } from '../../http/api-docs/json-schema.js';
import { z } from 'zod';

/** As {@link toView} answers it, on the wire. */
const logViewSchema = z
  .object({
    id: z.string(),
    receivedAt: timeSchema,
    signedBy: z.int().describe('which of the app secrets, from 0'),
    events: z.array(z.object({ kind: z.string(), account: z.string(), identity: z.string() })),
    rejected: z.array(z.object({ at: z.string(), reason: z.string() })),
    expiresAt: timeSchema,
  })
  .meta({ id: 'WebhookLog' });

const logWithBodySchema = logViewSchema.extend({ body: z.unknown() }).meta({ id: 'WebhookLogDetails' });

/** Deliveries as they came: to look at, to try today's automations on, and to run again. */
@Controller('api/admin/webhook-logs')
@UseGuards(AdminGuard)
export class WebhookLogsController {
  constructor(
    private readonly logs: WebhookLogsService,
    private readonly dryRuns: DryRunService,
    private readonly replays: ReplayService,
  ) {}

  /** The newest first. */
  @Get()
  @Documented({ summary: 'Deliveries, the newest first', answer: pageOf(logViewSchema) })
  async list(@Query(new ZodPipe(pageQuerySchema)) { limit, cursor }: PageQuery): Promise<Page<LogView>> {
    const logs = await this.logs.list(limit + 1, cursor);
    return toPage(logs.map(toView), limit);
  }

  /** With its body: message texts are in it. */
  @Get(':id')
  @Documented({
    summary: 'One delivery with its body',
    answer: logWithBodySchema,
    errors: { 404: 'webhook_log_not_found' },
  })
  async get(@Param('id') id: string): Promise<LogView & { body: unknown }> {
    const log = await this.logs.get(id);
    return { ...toView(log), body: this.logs.bodyOf(log) };
  }

  /** What today's automations would do about its events; nothing is sent. */
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

type LogView = Pick<WebhookLogDocument, 'receivedAt' | 'signedBy' | 'events' | 'rejected' | 'expiresAt'> & {
  id: string;
};

const toView = ({
  _id,
  receivedAt,
  signedBy,
  events,
  rejected,
  expiresAt,
}: Omit<WebhookLogDocument, 'body'>): LogView => ({
  id: _id.toHexString(),
  receivedAt,
  signedBy,
  events,
  rejected,
  expiresAt,
});
