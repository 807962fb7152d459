import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AutomationConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { MessageRepository } from './message.repository.js';

const TIMER = 'automation.text-retention';
const EVERY_MS = 600_000;

/** Drops the texts of what was sent when their time is over; that it was sent is kept longer. */
@Injectable()
export class TextRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Automation');
  private running: Promise<void> | undefined;

  constructor(
    private readonly config: AutomationConfig,
    private readonly messages: MessageRepository,
    private readonly clock: Clock,
    private readonly scheduler: SchedulerRegistry,
  ) {}

  onApplicationBootstrap(): void {
    this.scheduler.addInterval(
      TIMER,
      setInterval(() => void this.sweep(), EVERY_MS),
    );
    void this.sweep();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
    await this.running;
  }

  /** Never rejects; a call during another one joins it. */
  sweep(): Promise<void> {
    this.running ??= this.messages
      .dropTexts(this.clock.date(-this.config.textRetentionMs))
      .catch((error: unknown) => this.logger.warn({ msg: 'could not drop texts', error }))
      .finally(() => (this.running = undefined));
    return this.running;
  }
}
