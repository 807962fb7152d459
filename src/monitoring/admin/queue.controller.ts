import { Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { AdminGuard } from '../../http/admin.guard.js';
import { QueuePauseService } from '../../queue/queue-pause.service.js';
import { QueueStatsService, type QueueBreakdown } from '../../queue/queue-stats.service.js';
import { QueueStatsReader, type QueueStatsView } from '../queue-stats.js';

const BY = 'admin';

@Controller('api/admin/queue')
@UseGuards(AdminGuard)
export class QueueController {
  constructor(
    private readonly pauses: QueuePauseService,
    private readonly figures: QueueStatsReader,
    private readonly stats: QueueStatsService,
  ) {}

  /** The open figures, and those that name accounts. */
  @Get()
  async read(): Promise<QueueStatsView & QueueBreakdown> {
    return { ...(await this.figures.read()), ...(await this.stats.breakdown()) };
  }

  @Post('pause')
  @HttpCode(200)
  pause(): Promise<{ paused: boolean }> {
    return this.setPaused(true);
  }

  @Post('resume')
  @HttpCode(200)
  resume(): Promise<{ paused: boolean }> {
    return this.setPaused(false);
  }

  private async setPaused(paused: boolean): Promise<{ paused: boolean }> {
    await this.pauses.set(paused, BY);
    return { paused };
  }
}
