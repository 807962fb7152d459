import type { INestApplication, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { APP_FILTER } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AccessModule } from '../../src/access/access.module.js';
import { AdminAccess } from '../../src/access/admin-access.js';
import { useBodyParsers } from '../../src/http/body-parsers.js';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import type { AutomationSettings } from '../../src/automation/automation.types.js';
import { AutomationModule } from '../../src/automation/automation.module.js';
import { AutomationsService } from '../../src/automation/automations.service.js';
import { automationSchema } from '../../src/automation/automation.validation.js';
import type { ContactDocument } from '../../src/automation/contacts/contact.schema.js';
import { automationJobKinds } from '../../src/automation/flows/flow-job.js';
import { eventHandlers } from '../../src/automation/handlers/event-handlers.js';
import type { MessageDocument } from '../../src/automation/outbox/message.schema.js';
import type { AppConfig } from '../../src/config/app-config.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { HttpErrorFilter } from '../../src/http/http-error.filter.js';
import { eventKinds, type InstagramEvent } from '../../src/instagram/instagram-event.js';
import { InstagramModule } from '../../src/instagram/instagram.module.js';
import { TrailingWork } from '../../src/queue/trailing-work.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { JOB_KINDS } from '../../src/queue/job-handler.decorator.js';
import type { Handler, JobResult } from '../../src/queue/job.types.js';

/** What one process needs to answer events: tests hand them to the handlers themselves, and the queue runs what those put off. */
export class AutomationApp {
  private lastJob = 0;

  private constructor(
    private readonly nest: INestApplication,
    private readonly connection: Connection,
  ) {}

  /** @param graphUrl where Instagram's stand-in listens */
  static async start(config: AppConfig, graphUrl: string): Promise<AutomationApp> {
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        InstagramModule.forRoot({ baseUrl: graphUrl, version: 'v25.0', timeoutMs: 2000, connections: 4 }),
        QueueModule.forRoot({ kinds: [...eventKinds, ...automationJobKinds] }),
        AutomationModule,
        AccessModule,
      ],
      providers: [{ provide: APP_FILTER, useClass: HttpErrorFilter }],
    }).compile();
    const nest = module.createNestApplication<NestExpressApplication>({ logger: false, bodyParser: false });
    useBodyParsers(nest, nest.get(AdminAccess, { strict: false }).admit);
    await nest.init();
    return new AutomationApp(nest, nest.get<Connection>(getConnectionToken()));
  }

  get accounts(): AccountsService {
    return this.nest.get(AccountsService);
  }

  get automations(): AutomationsService {
    return this.nest.get(AutomationsService);
  }

  get messages() {
    return this.connection.collection<MessageDocument>('messages');
  }

  get contacts() {
    return this.connection.collection<ContactDocument>('contacts');
  }

  collection<T extends object>(name: string) {
    return this.connection.collection<T>(name);
  }

  /** Makes an automation from what its owner would send. */
  async automate(settings: object): Promise<string> {
    const whole: AutomationSettings = automationSchema.parse({ name: 'Test', ...settings });
    return (await this.automations.create(whole)).id;
  }

  /** Any provider of the application. */
  get<T>(provider: Type<T>): T {
    return this.nest.get(provider);
  }

  newJobId(): string {
    this.lastJob += 1;
    return this.lastJob.toString(16).padStart(24, '0');
  }

  /** Runs an event as the queue would; with the id of an earlier job, as that job's next try. */
  async handle(
    event: InstagramEvent,
    id?: string,
    signal = new AbortController().signal,
  ): Promise<JobResult> {
    const handler = eventHandlers.find((each) =>
      (Reflect.getMetadata(JOB_KINDS, each) as string[]).includes(event.kind),
    )!;
    const trailing = new TrailingWork();
    const result = await this.nest.get<Handler>(handler as never).handle({
      id: id ?? this.newJobId(),
      kind: event.kind,
      payload: event,
      attempt: 1,
      isFirstRun: id === undefined,
      maxAttempts: 3,
      enqueuedAt: new Date(),
      signal,
      trailing,
    });
    await trailing.done();
    return result;
  }

  /** The admin API on a free port. */
  async listen(): Promise<string> {
    await this.nest.listen(0, '127.0.0.1');
    return `http://127.0.0.1:${(this.nest.getHttpServer().address() as AddressInfo).port}`;
  }

  /** Ends the process, and leaves the database to others. */
  async stop(): Promise<void> {
    await this.nest.close();
  }

  async close(): Promise<void> {
    await this.connection.dropDatabase();
    await this.nest.close();
  }
}
