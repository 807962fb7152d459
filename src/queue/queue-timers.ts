import { Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { QueueConfig } from '../config/app-config.js';
import { Claimer } from './claimer.js';
import { LeaseKeeper } from './lease-keeper.js';
import { Rescuer } from './rescuer.js';

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
    const rescue = () => void this.rescuer.rescue().then((due) => due > 0 && this.claimer.wake());
    this.every('queue.poll', this.config.pollMs, () => this.claimer.wake());
    // A third of the lease, so that one failed heartbeat loses nothing.
    this.every('queue.heartbeat', this.config.leaseMs / 3, () => void this.leases.renew());
    this.every('queue.rescue', this.config.leaseMs / 6, rescue);
    rescue();
  }

  /** Stops all but the heartbeat, which the jobs still running need. */
  stopClaiming(): void {
    this.remove(this.names.filter((name) => name !== 'queue.heartbeat'));
  }

  stop(): void {
    this.remove([...this.names]);
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
