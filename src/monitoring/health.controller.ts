import { Controller, Get, UseFilters } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  MongooseHealthIndicator,
  type HealthCheckResult,
} from '@nestjs/terminus';
import { z } from 'zod';
import { HealthFilter } from './health.filter.js';
import { QueueHealth } from './queue.health.js';
import { Documented } from '../http/api-docs/documented.decorator.js';

const PING_TIMEOUT_MS = 2000;

const checksSchema = z.record(z.string(), z.looseObject({ status: z.enum(['up', 'down']) }));

const healthSchema = z
  .object({
    status: z.enum(['ok', 'error', 'shutting_down']),
    info: checksSchema.nullable(),
    error: checksSchema.nullable(),
    details: checksSchema,
  })
  .meta({ id: 'Health' });

@Controller('health')
@UseFilters(HealthFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: MongooseHealthIndicator,
    private readonly queue: QueueHealth,
  ) {}

  /** The process answers: restart it when this fails. */
  @Get('live')
  @HealthCheck()
  @Documented({ summary: 'The process answers', answer: healthSchema })
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  /** The process can take and work off events: send it traffic only while this is 200. */
  @Get('ready')
  @HealthCheck()
  @Documented({
    summary: 'It can take and work off events',
    answer: healthSchema,
    errors: { 503: 'unhealthy' },
  })
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.database.pingCheck('database', { timeout: PING_TIMEOUT_MS }),
      () => this.queue.check('queue'),
    ]);
  }
}
