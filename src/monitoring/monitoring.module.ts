import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DeadLettersController } from './admin/dead-letters.controller.js';
import { JobsController } from './admin/jobs.controller.js';
import { QueueController } from './admin/queue.controller.js';
import { HealthController } from './health.controller.js';
import { QueueHealth } from './queue.health.js';
import { QueueStatsController } from './queue-stats.controller.js';
import { QueueStatsReader } from './queue-stats.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [
    HealthController,
    QueueStatsController,
    JobsController,
    DeadLettersController,
    QueueController,
  ],
  providers: [QueueHealth, QueueStatsReader],
})
export class MonitoringModule {}
