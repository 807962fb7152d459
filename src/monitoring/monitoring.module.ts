import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AutomationModule } from '../automation/automation.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { DeadLettersController } from './admin/dead-letters.controller.js';
import { JobsController } from './admin/jobs.controller.js';
import { QueueController } from './admin/queue.controller.js';
import { WebhookLogsController } from './admin/webhook-logs.controller.js';
import { HealthController } from './health.controller.js';
import { QueueHealth } from './queue.health.js';
import { QueueStatsController } from './queue-stats.controller.js';
import { QueueStatsReader } from './queue-stats.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), AutomationModule, WebhooksModule],
  controllers: [
    HealthController,
    QueueStatsController,
    JobsController,
    DeadLettersController,
    QueueController,
    WebhookLogsController,
  ],
  providers: [QueueHealth, QueueStatsReader],
})
export class MonitoringModule {}
