import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { Clock } from './clock.js';

/** Often, for what nothing on the machine tells: a stand-still after which nobody has set the wall clock either. */
const SYNC_EVERY_MS = 10_000;
/** An answer that took longer says too little about when the time in it was read. */
const MAX_ROUND_TRIP_MS = 500;
const SAMPLES = 5;
/** How far the machine's wall clock and its monotonic clock move apart without a stand-still. Slewing makes 30 ms a minute. */
const MAX_DRIFT_MS = 1000;
/** Who has to know the time waits so long for it. */
const MAX_LOOK_MS = 2000;
const TIMER = 'database-clock';

interface Sample {
  /** Database time minus `performance.now()`, true to within half of the round trip. */
  offsetMs: number;
  /** By the clock of the machine on which it was longer: if that stood still meanwhile, the other one did not see it. */
  roundTripMs: number;
  /** Of this machine, at the answer. */
  wallOffsetMs: number;
}

/**
 * The database's clock. Leases are compared between machines, whose own clocks may differ by minutes: so every process
 * measures its distance to the one clock that all of them share, from the `localTime` in MongoDB's answer to `hello`.
 * It asks a few times and keeps the answer that came back soonest: the time in it can be wrong by half of its round trip at most.
 * Between two measurements it follows the monotonic clock of the process, which no time correction can turn back.
 *
 * That clock stands still while a machine is suspended, and the wall clock, once it is set, does not. So when the two have
 * moved apart the time is in doubt until it was measured again. If somebody merely set the wall clock, nothing else comes of it.
 */
@Injectable()
export class DatabaseClock extends Clock implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('Database');
  /** Database time minus `performance.now()`. */
  private offsetMs = wallOffset();
  /** That of the machine's wall clock when the database's was measured; unknown before the first time. */
  private wallOffsetMs = Number.NaN;
  private looking: Promise<void> | undefined;
  /** Once for each time that it comes into doubt. */
  private toldOfDoubt = false;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly scheduler: SchedulerRegistry,
  ) {
    super();
  }

  now(): number {
    return Math.round(performance.now() + this.offsetMs);
  }

  override get isInDoubt(): boolean {
    return !(Math.abs(this.driftMs) <= MAX_DRIFT_MS);
  }

  override latest(): number {
    return this.now() + (this.driftMs > MAX_DRIFT_MS ? Math.round(this.driftMs) : 0);
  }

  override async assure(): Promise<void> {
    if (!this.isInDoubt) return;
    if (!this.toldOfDoubt) {
      this.toldOfDoubt = true;
      this.logger.warn({
        msg: 'the machine stood still, or its clock was set',
        driftMs: Math.round(this.driftMs),
      });
    }
    await withTimeout(this.lookUntilSure(), MAX_LOOK_MS);
  }

  async onModuleInit(): Promise<void> {
    await this.sync();
    const timer = setInterval(() => void this.sync().catch(this.syncFailed), SYNC_EVERY_MS);
    this.scheduler.addInterval(TIMER, timer);
  }

  onModuleDestroy(): void {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
  }

  /** Measures again; a call meanwhile joins it. */
  sync(): Promise<void> {
    this.looking ??= this.measure().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** A measurement that had begun before a stand-still ends in doubt. */
  private async lookUntilSure(): Promise<void> {
    while (this.isInDoubt) await this.sync();
  }

  private get driftMs(): number {
    return wallOffset() - this.wallOffsetMs;
  }

  /** Keeps the last offset when no answer came soon enough, unless that may be worse than what a slow answer says. */
  private async measure(): Promise<void> {
    const { offsetMs, roundTripMs, wallOffsetMs } = await this.bestSample();
    const isSlow = roundTripMs > MAX_ROUND_TRIP_MS;
    if (isSlow && !this.isInDoubt) {
      this.logger.warn({
        msg: 'the database clock answers too slowly, keeping the last offset',
        roundTripMs,
      });
      return;
    }
    if (isSlow) this.logger.warn({ msg: 'the database clock is known only roughly', roundTripMs });
    this.offsetMs = offsetMs;
    this.wallOffsetMs = wallOffsetMs;
    this.toldOfDoubt = false;
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
    const [sent, wallSent] = [performance.now(), Date.now()];
    const hello = await this.connection.db!.admin().command({ hello: 1 });
    const [received, wallReceived] = [performance.now(), Date.now()];
    const roundTripMs = Math.max(received - sent, wallReceived - wallSent);
    const databaseMs = (hello['localTime'] as Date).getTime();
    return {
      offsetMs: databaseMs + roundTripMs / 2 - received,
      roundTripMs,
      wallOffsetMs: wallReceived - received,
    };
  }

  private readonly syncFailed = (error: unknown): void => {
    this.logger.warn({ msg: 'could not read the database clock, keeping the last offset', error });
  };
}

/** The machine stood still, and the database does not tell how long. */
class TimeUnknownError extends Error {
  override readonly name = 'TimeUnknownError';

  constructor(waitedMs: number) {
    super(`the database did not tell the time within ${waitedMs} ms`);
  }
}

/** The wall clock's time minus `performance.now()`. */
const wallOffset = (): number => Date.now() - performance.now();

async function withTimeout(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeUnknownError(ms)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
