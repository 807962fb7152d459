import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessModule } from './access/access.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AccountsUpkeepModule } from './accounts/accounts-upkeep.module.js';
import { AutomationModule } from './automation/automation.module.js';
import { AutomationUpkeepModule } from './automation/automation-upkeep.module.js';
import { automationJobKinds } from './automation/flows/flow-job.js';
import { GraphConfig, QueueConfig, type AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HttpErrorFilter } from './http/http-error.filter.js';
import { eventKinds } from './instagram/instagram-event.js';
import { InstagramModule } from './instagram/instagram.module.js';
import { ConversationsModule } from './monitoring/conversations/conversations.module.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { QueueModule } from './queue/queue.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The composition root: who gets what. */
@Module({})
export class AppModule {
  /** @param more what only some ways of running have: the sandbox's simulator */
  static forRoot(config: AppConfig, more: DynamicModule[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule,
        InstagramModule.forRootAsync({
          inject: [GraphConfig, QueueConfig],
          useFactory: (graph: GraphConfig, queue: QueueConfig) => ({
            baseUrl: graph.baseUrl!,
            version: graph.version,
            timeoutMs: graph.timeoutMs,
            // One for each worker: with fewer, workers would wait for one another at 100 ms a call.
            connections: queue.workers,
          }),
        }),
        QueueModule.forRoot({ kinds: [...eventKinds, ...automationJobKinds] }),
        AccessModule,
        AccountsModule,
        WebhooksModule,
        AutomationModule,
        AccountsUpkeepModule,
        AutomationUpkeepModule,
        MonitoringModule,
        ConversationsModule,
        ...more,
      ],
      providers: [{ provide: APP_FILTER, useClass: HttpErrorFilter }],
    };
  }
}
