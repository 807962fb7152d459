import {
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { QueueConfig } from '../config/app-config.js';
import { Claimer } from './claimer.js';
import { ParkingService } from './parking.service.js';

const TIMER = 'queue.parking';

/** Keeps this process up to date on what is parked. The first look comes before the first claim. */
@Injectable()
export class ParkingTimer implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly config: QueueConfig,
    private readonly scheduler: SchedulerRegistry,
    private readonly parking: ParkingService,
    private readonly claimer: Claimer,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.parking.refresh();
  }

  onApplicationBootstrap(): void {
    this.parking.onReleased = () => this.claimer.wake();
    const timer = setInterval(() => void this.parking.refresh(), this.config.pollMs);
    this.scheduler.addInterval(TIMER, timer);
  }

  async onModuleDestroy(): Promise<void> {
    if (this.scheduler.doesExist('interval', TIMER)) this.scheduler.deleteInterval(TIMER);
    await this.parking.idle();
  }
}
