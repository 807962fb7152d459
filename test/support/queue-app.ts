import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { AppConfig } from '../../src/config/app-config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { Clock } from '../../src/database/clock.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { JobHandler } from '../../src/queue/job-handler.decorator.js';
import type { JobDocument } from '../../src/queue/job.schema.js';
import { done, type Handler, type JobResult, type RunningJob } from '../../src/queue/job.types.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { QueueService } from '../../src/queue/queue.service.js';
import { RetryPolicy } from '../../src/queue/retry-policy.decorator.js';

type Work = (job: RunningJob) => JobResult | Promise<JobResult>;

/** Runs what the test gives it, and keeps a record. */
class SteeredHandler implements Handler {
  readonly runs: RunningJob[] = [];
  work: Work = () => done();
  private waiting: { count: number; resolve: () => void }[] = [];

  async handle(job: RunningJob): Promise<JobResult> {
    this.runs.push(job);
    for (const { count, resolve } of this.waiting) if (this.runs.length >= count) resolve();
    return this.work(job);
  }

  /** Resolves when `count` runs have begun, over all time. */
  async begun(count: number): Promise<void> {
    if (this.runs.length >= count) return;
    await new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
  }
}

@Injectable()
@JobHandler('work')
export class WorkHandler extends SteeredHandler {}

@Injectable()
@JobHandler('patient')
@RetryPolicy({ maxAttempts: 5, backoffMs: 1 })
export class PatientHandler extends SteeredHandler {}

/** A clock that stands still until the test moves it. Several apps may share it. */
export class ManualClock extends Clock {
  private ms = Date.now();

  now(): number {
    return this.ms;
  }

  advance(ms: number): void {
    this.ms += ms;
  }
}

@Module({ providers: [WorkHandler, PatientHandler], exports: [WorkHandler, PatientHandler] })
class WorkModule {}

/** A process's worth of queue, on a real database, with a handler that the test steers. */
export class QueueApp {
  private constructor(
    readonly module: TestingModule,
    readonly queue: QueueService,
    readonly handler: WorkHandler,
    readonly patientHandler: PatientHandler,
    readonly connection: Connection,
  ) {}

  static async start(config: AppConfig, clock?: Clock): Promise<QueueApp> {
    const builder = Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        QueueModule.forRoot({ kinds: ['work', 'patient'] }),
        WorkModule,
      ],
    });
    if (clock) builder.overrideProvider(Clock).useValue(clock);
    const module = await builder.compile();
    module.useLogger(false);
    await module.init();
    return new QueueApp(
      module,
      module.get(QueueService),
      module.get(WorkHandler),
      module.get(PatientHandler),
      module.get<Connection>(getConnectionToken()),
    );
  }

  get jobs() {
    return this.connection.collection<JobDocument>('jobs');
  }

  /** Resolves with the jobs once all of them have one of these statuses. */
  async settled(count: number, ...statuses: JobDocument['status'][]): Promise<JobDocument[]> {
    const wanted = statuses.length > 0 ? statuses : (['completed', 'dead'] as const);
    let jobs: JobDocument[] = [];
    await this.until(async () => {
      const found = this.jobs.find({ status: { $in: [...wanted] } }).sort({ createdAt: 1, _id: 1 });
      jobs = (await found.toArray()) as JobDocument[];
      return jobs.length >= count;
    });
    return jobs;
  }

  /** Polls, since what happens in the database tells nobody. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async close(): Promise<void> {
    await this.module.close();
  }
}
