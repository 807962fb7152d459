import { Controller, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../database/clock.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { QueueHistoryService, type QueueStep } from '../../queue/queue-history.service.js';
import { QueuePauseService } from '../../queue/queue-pause.service.js';
import { QueueStatsService, type QueueBreakdown } from '../../queue/queue-stats.service.js';
import { checkRange, minutesSchema } from './queue.validation.js';
import {
  percentilesSchema,
  queueStatsSchema,
  QueueStatsReader,
  type QueueStatsView,
} from '../queue-stats.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';

const BY = 'admin';
const HOUR_MS = 3_600_000;

const breakdownSchema = queueStatsSchema
  .extend({
    kinds: z
      .record(z.string(), z.object({ completed: z.int(), dead: z.int() }))
      .describe('over the last hour'),
    topLimitKeys: z.array(z.object({ key: z.string(), count: z.int() })).describe('the busiest accounts'),
  })
  .meta({ id: 'QueueBreakdown' });

const queueStepSchema = z.object({
  at: timeSchema,
  in: z.int(),
  completed: z.int(),
  retried: z.int(),
  dead: z.int(),
  duplicates: z.int(),
  deferred: z.int(),
  waitMs: percentilesSchema,
  runMs: percentilesSchema,
});

const pausedSchema = z.object({ paused: z.boolean() });

@Controller('api/admin/queue')
@UseGuards(AdminGuard)
export class QueueController {
  constructor(
    private readonly pauses: QueuePauseService,
    private readonly figures: QueueStatsReader,
    private readonly stats: QueueStatsService,
    private readonly history: QueueHistoryService,
    private readonly clock: Clock,
  ) {}

  /** The open figures, and those that name accounts. */
  @Get()
  @Documented({ summary: 'The figures, by kind and busiest account too', answer: breakdownSchema })
  async read(): Promise<QueueStatsView & QueueBreakdown> {
    return { ...(await this.figures.read()), ...(await this.stats.breakdown()) };
  }

  /** What was done from `from` to `to` (default: the last hour), in steps of `step` minutes, the earliest first. */
  @Get('minutes')
  @Documented({
    summary: 'What was done, in steps of minutes',
    answer: z.object({ items: z.array(queueStepSchema) }),
  })
  async minutes(
    @Query(new ZodPipe(minutesSchema)) { from, to = this.clock.date(), step }: z.infer<typeof minutesSchema>,
  ): Promise<{ items: QueueStep[] }> {
    const start = from ?? new Date(to.getTime() - HOUR_MS);
    checkRange(start, to);
    return { items: await this.history.between(start, to, step) };
  }

  @Post('pause')
  @HttpCode(200)
  @Documented({ summary: 'Stops claiming, in all processes', answer: pausedSchema })
  pause(): Promise<{ paused: boolean }> {
    return this.setPaused(true);
  }

  @Post('resume')
  @HttpCode(200)
  @Documented({ summary: 'Goes on claiming', answer: pausedSchema })
  resume(): Promise<{ paused: boolean }> {
    return this.setPaused(false);
  }

  private async setPaused(paused: boolean): Promise<{ paused: boolean }> {
    await this.pauses.set(paused, BY);
    return { paused };
  }
}
