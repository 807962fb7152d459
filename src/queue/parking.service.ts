import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { ParkedKeyRepository, type ParkedKey } from './parked-key.repository.js';
import { ParkedKeys } from './parked-keys.js';

/** A look for jobs that were left aside takes a read for each key that has some: so many reads a second at most. */
const READS_PER_SECOND = 50;

/**
 * Parks keys: their jobs are set aside unspent until the key is released, by hand or at a time. This process heeds it at once,
 * others within a poll interval; handlers that run are not interrupted.
 */
@Injectable()
export class ParkingService {
  private readonly logger = new Logger('Queue');
  private refreshing: Promise<void> | undefined;
  /** Counts the changes made here: a list read before one of them is out of date. */
  private changes = 0;
  /** By the monotonic clock. */
  private nextLookAt = 0;
  /** Told when jobs became due. */
  onReleased: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly repository: ParkedKeyRepository,
    private readonly parked: ParkedKeys,
  ) {}

  /**
   * Parks a key, or changes until when it is parked.
   *
   * @param until released by itself at this time; without it, by {@link release} only
   */
  async park(key: string, { until, reason }: { until?: Date; reason: string }): Promise<void> {
    await this.repository.put({ key, until: until ?? null, reason, at: this.clock.date() });
    this.changes += 1;
    this.parked.add(key, until ?? null);
  }

  /**
   * Lets the key's jobs go on. Resolves when all that were set aside are back in their places.
   *
   * @returns whether it was parked, and how many jobs this call put back; a look at the same time may do some of them
   */
  async release(key: string): Promise<{ wasParked: boolean; jobs: number }> {
    const wasParked = await this.repository.remove(key);
    this.changes += 1;
    this.parked.delete(key);
    return { wasParked, jobs: await this.releaseJobs(key) };
  }

  /** Those that are parked now, by key. */
  async list(): Promise<ParkedKey[]> {
    const now = this.clock.date();
    return (await this.repository.all()).filter(({ until }) => until === null || until > now);
  }

  /**
   * Learns what other processes have parked, ends what is over, and finds jobs that a process with an old view set aside
   * after their key was released. Never rejects; a call during another one joins it.
   */
  refresh(): Promise<void> {
    this.refreshing ??= this.refreshNow()
      .catch((error: unknown) => this.logger.warn({ msg: 'could not look for parked keys', error }))
      .finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    await this.refreshing;
  }

  private async refreshNow(): Promise<void> {
    const { changes } = this;
    const keys = await this.repository.all();
    if (changes === this.changes) this.parked.replace(keys);
    const now = this.clock.date();
    const over = keys.filter(({ until }) => until !== null && until <= now);
    if (over.length > 0) await this.repository.removeEnded(now);
    for (const { key } of over) await this.releaseJobs(key);
    await this.releaseLeftAside(new Set(keys.map(({ key }) => key)));
  }

  private async releaseLeftAside(parked: ReadonlySet<string>): Promise<void> {
    if (performance.now() < this.nextLookAt) return;
    const keys = await this.repository.keysWithJobs();
    this.nextLookAt = performance.now() + (keys.length / READS_PER_SECOND) * 1000;
    for (const key of keys) if (!parked.has(key)) await this.releaseJobs(key);
  }

  /** Does nothing for a key that is parked. */
  private async releaseJobs(key: string): Promise<number> {
    const jobs = await this.repository.releaseJobs(key);
    if (jobs > 0) this.onReleased();
    return jobs;
  }
}
