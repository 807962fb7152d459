import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Clock } from './clock.js';

const SYNC_EVERY_MS = 60_000;
const TIMER = 'database-clock';

/**
 * The database's clock. Leases are compared between machines, whose own clocks may differ by minutes: so every process
 * measures its distance to the one clock that all of them share, from the `localTime` in MongoDB's answer to `hello`.
 * Between two measurements it follows the monotonic clock of the process, which no time correction can turn back.
 */
@Injectable()
export class DatabaseClock extends Clock implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Database');
  /** Database time minus `performance.now()`. */
  private offsetMs = Date.now() - performance.now();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly scheduler: SchedulerRegistry,
  ) {
    super();
  }

  now(): number {
    return Math.round(performance.now() + this.offsetMs);
  }

  async onModuleInit(): Promise<void> {
    await this.sync();
    const timer = setInterval(() => void this.sync().catch(this.syncFailed), SYNC_EVERY_MS);
    this.scheduler.addInterval(TIMER, timer);
  }

  onModuleDestroy(): void {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
  }

  private async sync(): Promise<void> {
    const sent = performance.now();
    const hello = await this.connection.db!.admin().command({ hello: 1 });
    const received = performance.now();
    this.offsetMs = (hello['localTime'] as Date).getTime() - (sent + received) / 2;
  }

  private readonly syncFailed = (error: unknown): void => {
    this.logger.warn({ msg: 'could not read the database clock, keeping the last offset', error });
  };
}
