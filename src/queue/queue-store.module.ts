import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeadLetterGroupsRepository } from './dead-letters/dead-letter-groups.repository.js';
import { DeadLetterRepository } from './dead-letters/dead-letter.repository.js';
import { DeadLettersService } from './dead-letters/dead-letters.service.js';
import { JobQueryRepository } from './dead-letters/job-query.repository.js';
import { RecentErrorsRepository } from './dead-letters/recent-errors.repository.js';
import { JobArrivalRepository } from './job-arrival.repository.js';
import { JobClaimRepository } from './job-claim.repository.js';
import { JobErasureRepository } from './job-erasure.repository.js';
import { JobGroupRepository } from './job-group.repository.js';
import { JobIntakeRepository } from './job-intake.repository.js';
import { JobStatsRepository } from './job-stats.repository.js';
import { JOB_MODEL, jobSchema } from './job.schema.js';
import { PARKED_KEY_MODEL, parkedKeySchema } from './parked-key.schema.js';
import { ParkedKeyRepository } from './parked-key.repository.js';
import { ParkedKeys } from './parked-keys.js';
import { ParkingService } from './parking.service.js';
import { QueueMinuteRepository } from './queue-minute.repository.js';
import { QUEUE_MINUTE_MODEL, queueMinuteSchema } from './queue-minute.schema.js';
import { QueuePauseRepository } from './queue-pause.repository.js';
import { QUEUE_PAUSE_MODEL, queuePauseSchema } from './queue-pause.schema.js';
import { QueueTotalsReconciler } from './queue-totals.reconciler.js';
import { QueueTotalsRepository } from './queue-totals.repository.js';
import { QUEUE_TOTALS_MODEL, queueTotalsSchema } from './queue-totals.schema.js';
import { RATE_LIMIT_MODEL, rateLimitSchema } from './rate-limit.schema.js';
import { RateLimitRepository } from './rate-limit.repository.js';
import { QueueHistoryService } from './queue-history.service.js';
import { QueueStatsService } from './queue-stats.service.js';
import { StuckGroupRepository } from './stuck-group.repository.js';

const repositories = [
  JobIntakeRepository,
  JobArrivalRepository,
  JobGroupRepository,
  JobErasureRepository,
  JobClaimRepository,
  JobStatsRepository,
  JobQueryRepository,
  DeadLetterRepository,
  DeadLetterGroupsRepository,
  RecentErrorsRepository,
  QueueMinuteRepository,
  QueueTotalsRepository,
  QueuePauseRepository,
  RateLimitRepository,
  ParkedKeyRepository,
  StuckGroupRepository,
];

const services = [
  QueueStatsService,
  QueueHistoryService,
  QueueTotalsReconciler,
  DeadLettersService,
  ParkedKeys,
  ParkingService,
];

/** What is stored of the queue, without workers: enough for the command line. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: JOB_MODEL, schema: jobSchema },
      { name: QUEUE_MINUTE_MODEL, schema: queueMinuteSchema },
      { name: QUEUE_TOTALS_MODEL, schema: queueTotalsSchema },
      { name: QUEUE_PAUSE_MODEL, schema: queuePauseSchema },
      { name: RATE_LIMIT_MODEL, schema: rateLimitSchema },
      { name: PARKED_KEY_MODEL, schema: parkedKeySchema },
    ]),
  ],
  providers: [...repositories, ...services],
  exports: [...repositories, ...services],
})
export class QueueStoreModule {}
