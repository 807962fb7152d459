import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { AutomationConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { JobErasureRepository } from '../../queue/job-erasure.repository.js';
import { MessageRepository } from './message.repository.js';

const TIMER = 'automation.text-retention';
const EVERY_MS = 600_000;
/** Where jobs carry what a person wrote: events themselves, and what goes on with one or runs it again. */
const TEXTS_OF_JOBS = ['text', 'event.text'];

/**
 * Drops what people wrote and what they were sent when its time is over; that it was sent is kept longer. A job that is dead or
 * waits for its account by then has no text left to match: Instagram would take no answer to it either.
 */
@Injectable()
export class TextRetention implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Automation');
  private running: Promise<void> | undefined;

  constructor(
    private readonly config: AutomationConfig,
    private readonly messages: MessageRepository,
    private readonly jobs: JobErasureRepository,
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

  onModuleDestroy(): void {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
  }

  /** Not before: the queue stops claiming when all modules before it have been told of the shutdown. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.running;
  }

  /** Never rejects; a call during another one joins it. */
  sweep(): Promise<void> {
    this.running ??= this.dropTexts(this.clock.date(-this.config.textRetentionMs))
      .catch((error: unknown) => this.logger.warn({ msg: 'could not drop texts', error }))
      .finally(() => (this.running = undefined));
    return this.running;
  }

  private async dropTexts(before: Date): Promise<void> {
    await this.messages.dropTexts(before);
    await this.jobs.dropFields(TEXTS_OF_JOBS, before);
  }
}
