import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AuditLogModule } from '../access/audit/audit-log.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { AutomationModule } from '../automation/automation.module.js';
import { automationJobKinds } from '../automation/flows/flow-job.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigModule } from '../config/config.module.js';
import { ConnectionModule, DatabaseModule } from '../database/database.module.js';
import { eventKinds } from '../instagram/instagram-event.js';
import { InstagramModule } from '../instagram/instagram.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';

/** In the sandbox Instagram's stand-in is inside the server, where a command can't reach it: nothing listens there. */
const NO_GRAPH = 'http://127.0.0.1:9';
const GRAPH_CONNECTIONS = 8;

/** The application without anything that works by itself: no workers, no timers, no HTTP. */
@Module({})
export class CliModule {
  /** All of it, the database left as it is. */
  static forReading(config: AppConfig): DynamicModule {
    return whole(config, ConnectionModule);
  }

  /** All of it, with the indexes made first: unique ones keep things from being stored twice. */
  static forWriting(config: AppConfig): DynamicModule {
    return whole(config, DatabaseModule);
  }
}

function whole(config: AppConfig, database: Type): DynamicModule {
  const { baseUrl = NO_GRAPH, version, timeoutMs } = config.graph;
  return {
    module: CliModule,
    imports: [
      ConfigModule.forRoot(config),
      database,
      InstagramModule.forRoot({ baseUrl, version, timeoutMs, connections: GRAPH_CONNECTIONS }),
      AuditLogModule,
      QueueModule.forStoring({ kinds: [...eventKinds, ...automationJobKinds] }),
      AccountsModule,
      WebhooksModule,
      AutomationModule,
    ],
  };
}
