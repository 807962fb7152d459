import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { QueueConfig, ServerConfig } from '../config/app-config.js';
import { UnavailableError } from '../http/http.errors.js';
import { QueueStatsService, type QueueFigures } from '../queue/queue-stats.service.js';
import { Claimer } from '../queue/claimer.js';
import { WorkerPool } from '../queue/worker-pool.js';
import { within } from './within.js';

/** The body of `GET /api/webhooks/queue-stats`: counts only, nothing of any person or account. */
export interface QueueStatsView extends Omit<QueueFigures, 'completedLastHour'> {
  /** `healthy`; `degraded` when due jobs wait for over a minute. */
  status: 'healthy' | 'degraded';
  mode: 'queue' | 'direct';
  sandbox: boolean;
  /** True while an operator has stopped claiming, in all processes. */
  paused: boolean;
  /** Completed in the last hour, for example `2,500/hour`. */
  processingRate: string;
  /** Of the process that answers. */
  workers: { total: number; busy: number };
}

export const percentilesSchema = z.object({
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
});

/** The same on the wire. */
export const queueStatsSchema = z
  .object({
    status: z.enum(['healthy', 'degraded']),
    mode: z.enum(['queue', 'direct']),
    sandbox: z.boolean(),
    paused: z.boolean(),
    pending: z.int(),
    retrying: z.int(),
    processing: z.int(),
    completed: z.int(),
    dead: z.int(),
    processingRate: z.string().describe('for example 2,500/hour'),
    completedLastMinute: z.int(),
    duplicates: z.int(),
    deferred: z.int(),
    rescued: z.int(),
    leasesLost: z.int(),
    oldestPendingAgeMs: z.number().nullable().describe('null when nothing is due'),
    waitMs: percentilesSchema.describe('from due to started, over five minutes'),
    runMs: percentilesSchema.describe('of handlers, over five minutes'),
    workers: z.object({ total: z.int(), busy: z.int() }).describe('of the process that answers'),
  })
  .meta({ id: 'QueueStats' });

export const DEGRADED_AFTER_MS = 60_000;
/**
 * A database that is frozen or cut off refuses nothing: its commands hang for half a minute. By then a probe has given up,
 * and Prometheus would take the server for dead. Asked once more for the same figures, it waits for the same answer.
 */
const FIGURES_WITHIN_MS = 3000;
const RETRY_AFTER_SECONDS = 5;

const noFigures = () =>
  new UnavailableError('store_unavailable', 'The database does not answer now.', RETRY_AFTER_SECONDS);

@Injectable()
export class QueueStatsReader {
  constructor(
    private readonly server: ServerConfig,
    private readonly queue: QueueConfig,
    private readonly stats: QueueStatsService,
    private readonly pool: WorkerPool,
    private readonly claimer: Claimer,
  ) {}

  /** @throws {UnavailableError} when the database takes too long, else what it says */
  async read(): Promise<QueueStatsView> {
    const { completedLastHour, ...figures } = await within(
      FIGURES_WITHIN_MS,
      this.stats.figures(),
      noFigures,
    );
    return {
      status: (figures.oldestPendingAgeMs ?? 0) > DEGRADED_AFTER_MS ? 'degraded' : 'healthy',
      mode: this.queue.enabled ? 'queue' : 'direct',
      sandbox: this.server.sandbox,
      paused: this.claimer.isPaused,
      ...figures,
      processingRate: `${completedLastHour.toLocaleString('en-US')}/hour`,
      workers: { total: this.pool.total, busy: this.pool.busy },
    };
  }
}
