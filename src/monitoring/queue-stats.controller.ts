import { Controller, Get, Header } from '@nestjs/common';
import { QueueStatsReader, type QueueStatsView } from './queue-stats.js';

@Controller('api/webhooks/queue-stats')
export class QueueStatsController {
  constructor(private readonly stats: QueueStatsReader) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  read(): Promise<QueueStatsView> {
    return this.stats.read();
  }
}
