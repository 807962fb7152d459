import { Controller, Get, Header } from '@nestjs/common';
import { queueStatsSchema, QueueStatsReader, type QueueStatsView } from './queue-stats.js';
import { Documented } from '../http/api-docs/documented.decorator.js';

@Controller('api/webhooks/queue-stats')
export class QueueStatsController {
  constructor(private readonly stats: QueueStatsReader) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @Documented({ summary: 'Counts only, nothing of any person or account', answer: queueStatsSchema })
  read(): Promise<QueueStatsView> {
    return this.stats.read();
  }
}
