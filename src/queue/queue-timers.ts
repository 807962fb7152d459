import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { QueueConfig } from '../config/app-config.js';
import { Claimer } from './claimer.js';
import { LeaseKeeper } from './lease-keeper.js';
import { Rescuer } from './rescuer.js';

/** How soon a machine that stood still finds that its leases are over. */
const CHECK_EVERY_MS = 1000;
/** What the jobs still running need, when nothing is claimed any more. */
const FOR_RUNNING = new Set(['queue.heartbeat', 'queue.expiry']);

/** What drives the queue by the clock, in one place and visible in the scheduler's registry. */
@Injectable()
export class QueueTimers {
  private readonly names: string[] = [];

  constructor(
    private readonly config: QueueConfig,
    private readonly scheduler: SchedulerRegistry,
    private readonly claimer: Claimer,
    private readonly leases: LeaseKeeper,
    private readonly rescuer: Rescuer,
  ) {}

  start(): void {
    this.leases.onOutage = () => this.rescuer.holdOff();
    const rescue = () => void this.rescue();
    this.every('queue.poll', this.config.pollMs, () => this.claimer.wake());
    // A third of the lease, so that one failed heartbeat loses nothing.
    this.every('queue.heartbeat', this.config.leaseMs / 3, () => void this.leases.renew());
    this.every(
      'queue.expiry',
      Math.min(CHECK_EVERY_MS, this.config.leaseMs / 6),
      () => void this.leases.check(),
    );
    this.every('queue.rescue', this.config.leaseMs / 6, rescue);
    rescue();
  }

  /** Stops all but what the jobs still running need. */
  stopClaiming(): void {
    this.remove(this.names.filter((name) => !FOR_RUNNING.has(name)));
  }

  stop(): void {
    this.remove([...this.names]);
  }

  private async rescue(): Promise<void> {
    // A process that stood still itself gives back first what it lost by that.
    await this.leases.check();
    if ((await this.rescuer.rescue()) > 0) this.claimer.wake();
  }

  private every(name: string, ms: number, run: () => void): void {
    this.scheduler.addInterval(name, setInterval(run, Math.max(10, Math.floor(ms))));
    this.names.push(name);
  }

  private remove(names: string[]): void {
    for (const name of names) {
      this.scheduler.deleteInterval(name);
      this.names.splice(this.names.indexOf(name), 1);
    }
  }
}
