import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../database/clock.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { AutomationsService } from '../automations.service.js';
import { LinkRepository } from '../links/link.repository.js';
import { AutomationDayRepository } from './automation-day.repository.js';
import type { AutomationDayDocument } from './automation-day.schema.js';
import { AutomationFigures } from './automation.figures.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;

const day = z.iso.date({ error: 'must be a day such as 2026-03-01' }).optional();
const rangeSchema = z.strictObject({ from: day, to: day });

const figuresSchema = z.object({
  fired: z.int(),
  sent: z.int(),
  failed: z.int(),
  clicks: z.int(),
  /** By reason. */
  skipped: z.record(z.string(), z.int()),
});

type Figures = z.infer<typeof figuresSchema>;

/** What one automation did, and its tracked links. */
@Controller('api/admin/automations/:id')
@UseGuards(AdminGuard)
export class FiguresController {
  constructor(
    private readonly automations: AutomationsService,
    private readonly figures: AutomationFigures,
    private readonly days: AutomationDayRepository,
    private readonly links: LinkRepository,
    private readonly clock: Clock,
  ) {}

  /** Days are in UTC; without a range, the last 30. */
  @Get('figures')
  @Documented({
    summary: 'What an automation did, by day',
    answer: z.object({
      total: figuresSchema,
      days: z.array(figuresSchema.extend({ day: z.iso.date() })),
    }),
    errors: { 404: 'automation_not_found' },
  })
  async read(
    @Param('id') id: string,
    @Query(new ZodPipe(rangeSchema)) { from, to }: z.infer<typeof rangeSchema>,
  ): Promise<{ total: Figures; days: ({ day: string } & Figures)[] }> {
    await this.automations.get(id);
    await this.figures.flush();
    const today = this.clock.date().toISOString().slice(0, 10);
    const first = this.clock
      .date(-(DEFAULT_DAYS - 1) * DAY_MS)
      .toISOString()
      .slice(0, 10);
    const rows = await this.days.between(id, from ?? first, to ?? today);
    return {
      total: rows.map(figuresOf).reduce(sum, figuresOf({})),
      days: rows.map((row) => Object.assign({ day: row.day }, figuresOf(row))),
    };
  }

  @Get('links')
  @Documented({
    summary: 'Its tracked links',
    answer: z.object({ items: z.array(z.object({ slug: z.string(), url: z.string(), clicks: z.number() })) }),
    errors: { 404: 'automation_not_found' },
  })
  async listLinks(
    @Param('id') id: string,
  ): Promise<{ items: { slug: string; url: string; clicks: number }[] }> {
    await this.automations.get(id);
    return { items: await this.links.of(id) };
  }
}

const figuresOf = (row: Partial<AutomationDayDocument>): Figures => ({
  fired: row.fired ?? 0,
  sent: row.sent ?? 0,
  failed: row.failed ?? 0,
  clicks: row.clicks ?? 0,
  skipped: { ...row.skipped },
});

function sum(a: Figures, b: Figures): Figures {
  const skipped = { ...a.skipped };
  for (const [reason, count] of Object.entries(b.skipped)) skipped[reason] = (skipped[reason] ?? 0) + count;
  return {
    fired: a.fired + b.fired,
    sent: a.sent + b.sent,
    failed: a.failed + b.failed,
    clicks: a.clicks + b.clicks,
    skipped,
  };
}
