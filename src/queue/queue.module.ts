import { Module, type DynamicModule, type Provider } from '@nestjs/common';
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
import { StoringLifecycle } from './storing-lifecycle.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { WorkerPool } from './worker-pool.js';

interface QueueOptions {
  /** Every kind of job that the application stores; each needs exactly one handler. */
  kinds: readonly string[];
}

@Module({})
export class QueueModule {
  static forRoot(options: QueueOptions): DynamicModule {
    return QueueModule.with(options, [
      QueueTimers,
      QueueUpkeep,
      ParkingTimer,
      ArrivalListener,
      QueueLifecycle,
    ]);
  }

  /** For commands: jobs are stored for the servers, and none is run here. */
  static forStoring(options: QueueOptions): DynamicModule {
    return QueueModule.with(options, [StoringLifecycle]);
  }

  private static with({ kinds }: QueueOptions, lifecycle: Provider[]): DynamicModule {
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
        QueuePauseService,
        QueueService,
        ...lifecycle,
      ],
      exports: [QueueCounters, QueueService, QueuePauseService, Claimer, WorkerPool, QueueStoreModule],
    };
  }
}
