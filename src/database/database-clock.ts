import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Clock } from './clock.js';

const SYNC_EVERY_MS = 60_000;
/** An answer that took longer says too little about when the time in it was read. */
const MAX_ROUND_TRIP_MS = 500;
const SAMPLES = 5;
const TIMER = 'database-clock';

interface Sample {
  /** Database time minus `performance.now()`, true to within half of the round trip. */
  offsetMs: number;
  roundTripMs: number;
}

/**
 * The database's clock. Leases are compared between machines, whose own clocks may differ by minutes: so every process
 * measures its distance to the one clock that all of them share, from the `localTime` in MongoDB's answer to `hello`.
 * It asks a few times and keeps the answer that came back soonest: the time in it can be wrong by half of its round trip at most.
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
    await this.syncAtStart();
    const timer = setInterval(() => void this.sync().catch(this.syncFailed), SYNC_EVERY_MS);
    this.scheduler.addInterval(TIMER, timer);
  }

  onModuleDestroy(): void {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
  }

  /** Measures again; keeps the last offset when no answer came soon enough. */
  async sync(): Promise<void> {
    const { offsetMs, roundTripMs } = await this.bestSample();
    if (roundTripMs <= MAX_ROUND_TRIP_MS) this.offsetMs = offsetMs;
    else
      this.logger.warn({
        msg: 'the database clock answers too slowly, keeping the last offset',
        roundTripMs,
      });
  }

  /** There is no last offset yet, only this machine's clock: a slow answer is better than that. */
  private async syncAtStart(): Promise<void> {
    const { offsetMs, roundTripMs } = await this.bestSample();
    this.offsetMs = offsetMs;
    if (roundTripMs > MAX_ROUND_TRIP_MS) {
      this.logger.warn({ msg: 'the database clock is known only roughly', roundTripMs });
    }
  }

  private async bestSample(): Promise<Sample> {
    let best = await this.sample();
    for (let n = 1; n < SAMPLES; n += 1) {
      const sample = await this.sample();
      if (sample.roundTripMs < best.roundTripMs) best = sample;
    }
    return best;
  }

  private async sample(): Promise<Sample> {
    const sent = performance.now();
    const hello = await this.connection.db!.admin().command({ hello: 1 });
    const received = performance.now();
    const databaseMs = (hello['localTime'] as Date).getTime();
    return { offsetMs: databaseMs - (sent + received) / 2, roundTripMs: received - sent };
  }

  private readonly syncFailed = (error: unknown): void => {
    this.logger.warn({ msg: 'could not read the database clock, keeping the last offset', error });
  };
}
