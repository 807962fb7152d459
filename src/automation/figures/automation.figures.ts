import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { Clock } from '../../database/clock.js';
import { AutomationDayRepository, type DayIncrement } from './automation-day.repository.js';

const TIMER = 'automation.figures';
const FLUSH_EVERY_MS = 1000;

type Count = 'fired' | 'sent' | 'failed' | 'clicks' | `skipped.${string}`;

/**
 * What each automation does, by day. Added up in memory and written once a second: a process that is killed loses the
 * figures of its last second, never a message.
 */
@Injectable()
export class AutomationFigures implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Automation');
  private pending = new Map<string, DayIncrement & { counts: Map<string, number> }>();
  private flushing: Promise<void> | undefined;

  constructor(
    private readonly days: AutomationDayRepository,
    private readonly clock: Clock,
    private readonly scheduler: SchedulerRegistry,
  ) {}

  onModuleInit(): void {
    this.scheduler.addInterval(
      TIMER,
      setInterval(() => void this.flush(), FLUSH_EVERY_MS),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
    await this.flush();
  }

  count(of: { account: string; automation: string }, what: Count): void {
    const day = this.clock.date().toISOString().slice(0, 10);
    const key = `${of.automation}:${day}`;
    let entry = this.pending.get(key);
    if (!entry) this.pending.set(key, (entry = { ...of, day, counts: new Map() }));
    entry.counts.set(what, (entry.counts.get(what) ?? 0) + 1);
  }

  /** Reasons are codes of this program, but a dot or dollar in one would mean another field. */
  countSkipped(of: { account: string; automation: string }, reason: string): void {
    this.count(of, `skipped.${reason.replace(/[.$]/g, '_')}`);
  }

  /** Writes what was counted. Never rejects: what could not be written is added to the next. */
  flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async write(): Promise<void> {
    if (this.pending.size === 0) return;
    const counted = this.pending;
    this.pending = new Map();
    try {
      await this.days.add([...counted.values()]);
    } catch (error) {
      this.logger.warn({ msg: 'could not write the figures of automations, trying again', error });
      for (const [key, entry] of counted) this.putBack(key, entry);
    }
  }

  private putBack(key: string, entry: DayIncrement & { counts: Map<string, number> }): void {
    const now = this.pending.get(key);
    if (!now) {
      this.pending.set(key, entry);
      return;
    }
    for (const [what, count] of entry.counts) now.counts.set(what, (now.counts.get(what) ?? 0) + count);
  }
}
