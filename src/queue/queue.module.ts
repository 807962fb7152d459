import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ArrivalListener } from './arrival.listener.js';
import { Claimer } from './claimer.js';
import { HandlerRegistry, REGISTERED_KINDS } from './handler.registry.js';
import { JobIntake } from './job-intake.js';
import { JobReporter } from './job-reporter.js';
import { JobRunner } from './job-runner.js';
import { LeaseKeeper } from './lease-keeper.js';
import { ParkingTimer } from './parking-timer.js';
import { QueueCounters } from './queue-counters.js';
import { QueueLifecycle } from './queue-lifecycle.js';
import { QueueStoreModule } from './queue-store.module.js';
import { QueueTimers } from './queue-timers.js';
import { QueueUpkeep } from './queue-upkeep.js';
import { QueuePauseService } from './queue-pause.service.js';
import { QueueService } from './queue.service.js';
import { RateLimiter } from './rate-limiter.js';
import { Rescuer } from './rescuer.js';
import { RunGate } from './run-gate.js';
import { RunSettler } from './run-settler.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { WorkerPool } from './worker-pool.js';

@Module({})
export class QueueModule {
  /** @param kinds every kind of job that the application stores; each needs exactly one handler */
  static forRoot({ kinds }: { kinds: readonly string[] }): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [DiscoveryModule, QueueStoreModule, TelemetryModule],
      providers: [
        { provide: REGISTERED_KINDS, useValue: kinds },
        HandlerRegistry,
        QueueCounters,
        LeaseKeeper,
        RunSettler,
        RateLimiter,
        RunGate,
        JobRunner,
        JobReporter,
        WorkerPool,
        Claimer,
        JobIntake,
        Rescuer,
        QueueTimers,
        QueueUpkeep,
        QueuePauseService,
        ParkingTimer,
        ArrivalListener,
        QueueLifecycle,
        QueueService,
      ],
      exports: [QueueCounters, QueueService, QueuePauseService, Claimer, WorkerPool, QueueStoreModule],
    };
  }
}
