import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';
import { AuditLogService } from '../../access/audit/audit-log.service.js';
import type { AppConfig } from '../../config/app-config.js';
import { readEnvironment } from '../../config/read-environment.js';
import { Clock } from '../../database/clock.js';
import { DeadLettersService } from '../../queue/dead-letters/dead-letters.service.js';
import { RecentErrorsRepository } from '../../queue/dead-letters/recent-errors.repository.js';
import { JobClaimRepository } from '../../queue/job-claim.repository.js';
import { ParkingService } from '../../queue/parking.service.js';
import { QueueHistoryService } from '../../queue/queue-history.service.js';
import { QueuePauseRepository } from '../../queue/queue-pause.repository.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { QueueTotalsReconciler } from '../../queue/queue-totals.reconciler.js';
import { QueueTotalsRepository } from '../../queue/queue-totals.repository.js';
import { StuckGroupRepository } from '../../queue/stuck-group.repository.js';
import { QueueCliModule } from '../queue-cli.module.js';
import { openContext } from './open-context.js';

/** What commands use of the stored queue. */
export class QueueServices {
  constructor(
    readonly config: AppConfig,
    private readonly context: INestApplicationContext,
  ) {}

  static async open(): Promise<QueueServices> {
    const { config } = readEnvironment();
    return new QueueServices(config, await openContext(QueueCliModule.forRoot(config)));
  }

  get auditLog(): AuditLogService {
    return this.find(AuditLogService);
  }

  get clock(): Clock {
    return this.find(Clock);
  }

  get stats(): QueueStatsService {
    return this.find(QueueStatsService);
  }

  get reconciler(): QueueTotalsReconciler {
    return this.find(QueueTotalsReconciler);
  }

  get totals(): QueueTotalsRepository {
    return this.find(QueueTotalsRepository);
  }

  get history(): QueueHistoryService {
    return this.find(QueueHistoryService);
  }

  get pauses(): QueuePauseRepository {
    return this.find(QueuePauseRepository);
  }

  get parking(): ParkingService {
    return this.find(ParkingService);
  }

  get stuckGroups(): StuckGroupRepository {
    return this.find(StuckGroupRepository);
  }

  get claims(): JobClaimRepository {
    return this.find(JobClaimRepository);
  }

  get deadLetters(): DeadLettersService {
    return this.find(DeadLettersService);
  }

  get recentErrors(): RecentErrorsRepository {
    return this.find(RecentErrorsRepository);
  }

  protected find<T>(provider: Type<T> | Abstract<T>): T {
    return this.context.get<T>(provider as Type<T>, { strict: false });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
