import { Module, type DynamicModule } from '@nestjs/common';
import { AuditLogModule } from '../access/audit/audit-log.module.js';
import type { AppConfig } from '../config/app-config.js';
import { ConfigModule } from '../config/config.module.js';
import { ConnectionModule } from '../database/database.module.js';
import { QueueStoreModule } from '../queue/queue-store.module.js';

/** What is stored of the queue and the audit log, and nothing else: the rest of the application would take longer to load. */
@Module({})
export class QueueCliModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: QueueCliModule,
      imports: [ConfigModule.forRoot(config), ConnectionModule, QueueStoreModule, AuditLogModule],
    };
  }
}
