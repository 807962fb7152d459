import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AutomationModule } from '../automation/automation.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AttentionController } from './admin/attention.controller.js';
import { DeadLettersController } from './admin/dead-letters.controller.js';
import { EventJobs } from './admin/event-jobs.js';
import { JobDetails } from './admin/job-details.js';
import { JobsController } from './admin/jobs.controller.js';
import { QueueController } from './admin/queue.controller.js';
import { WebhookLogsController } from './admin/webhook-logs.controller.js';
import { ApiDocsController } from './api-docs/api-docs.controller.js';
import { ApiDocsService } from './api-docs/api-docs.service.js';
import { HealthController } from './health.controller.js';
import { FigureSource } from './live/figure-source.js';
import { LiveEventsController } from './live/live-events.controller.js';
import { LiveFigures } from './live/live-figures.js';
import { GraphMetrics } from './metrics/graph.metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsService } from './metrics/metrics.service.js';
import { QueueMetrics } from './metrics/queue.metrics.js';
import { SendingMetrics } from './metrics/sending.metrics.js';
import { StoreMetrics } from './metrics/store.metrics.js';
import { WebhookMetrics } from './metrics/webhook.metrics.js';
import { QueueHealth } from './queue.health.js';
import { QueueStatsController } from './queue-stats.controller.js';
import { QueueStatsReader } from './queue-stats.js';

const metrics = [MetricsService, QueueMetrics, WebhookMetrics, GraphMetrics, SendingMetrics, StoreMetrics];

@Module({
  imports: [
    TerminusModule.forRoot({ logger: false }),
    DiscoveryModule,
    AccountsModule,
    AutomationModule,
    WebhooksModule,
  ],
  controllers: [
    HealthController,
    QueueStatsController,
    JobsController,
    DeadLettersController,
    QueueController,
    WebhookLogsController,
    LiveEventsController,
    AttentionController,
    ApiDocsController,
    MetricsController,
  ],
  providers: [
    QueueHealth,
    QueueStatsReader,
    FigureSource,
    LiveFigures,
    JobDetails,
    EventJobs,
    ApiDocsService,
    ...metrics,
  ],
})
export class MonitoringModule {}
