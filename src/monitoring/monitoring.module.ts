import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { QueueHealth } from './queue.health.js';
import { QueueStatsController } from './queue-stats.controller.js';
import { QueueStatsReader } from './queue-stats.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController, QueueStatsController],
  providers: [QueueHealth, QueueStatsReader],
})
export class MonitoringModule {}
