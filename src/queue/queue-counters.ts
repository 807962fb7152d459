import { Injectable, Logger } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../database/clock.js';
import { QueueMinuteRepository } from './queue-minute.repository.js';
import { noCounts, type CounterName, type Counts } from './queue-minute.schema.js';

const TIMER = 'queue.counters';
const FLUSH_EVERY_MS = 1000;

/**
 * Counts what happens, by minute, in memory, and adds it to the shared record once a second. A process that is killed
 * takes at most its last second of figures with it, never a job.
 */
@Injectable()
export class QueueCounters {
  private readonly logger = new Logger('Queue');
  private counts: Counts = noCounts();

  constructor(
    private readonly clock: Clock,
    private readonly minutes: QueueMinuteRepository,
    private readonly scheduler: SchedulerRegistry,
  ) {}

  start(): void {
    this.scheduler.addInterval(
      TIMER,
      setInterval(() => void this.flush(), FLUSH_EVERY_MS),
    );
  }

  async stop(): Promise<void> {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
    await this.flush();
  }

  count(name: CounterName, by = 1): void {
    this.counts[name] += by;
  }

  /** Never rejects: what could not be written is added to the next flush. */
  async flush(): Promise<void> {
    const counts = this.counts;
    if (Object.values(counts).every((value) => value === 0)) return;
    this.counts = noCounts();
    try {
      await this.minutes.add(this.clock.date(), counts);
    } catch (error) {
      for (const name of Object.keys(counts) as CounterName[]) this.counts[name] += counts[name];
      this.logger.warn({ msg: 'could not store the counters', error });
    }
  }
}
