import { AccountsService } from '../../accounts/accounts.service.js';
import { DryRunService } from '../../automation/replay/dry-run.service.js';
import { ReplayService } from '../../automation/replay/replay.service.js';
import { ExportService } from '../../automation/transfer/export.service.js';
import { ImportService } from '../../automation/transfer/import.service.js';
import { readEnvironment } from '../../config/read-environment.js';
import { DatabaseInspector } from '../../database/database-inspector.js';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { WebhookLogsService } from '../../webhooks/webhook-logs.service.js';
import { CliModule } from '../cli.module.js';
import { openContext } from './open-context.js';
import { QueueServices } from './queue.services.js';

/** What commands use of the whole application. */
export class AppServices extends QueueServices {
  static override async open(access: 'read' | 'write' = 'read'): Promise<AppServices> {
    const { config } = readEnvironment();
    const module = access === 'read' ? CliModule.forReading(config) : CliModule.forWriting(config);
    return new AppServices(config, await openContext(module));
  }

  get accounts(): AccountsService {
    return this.find(AccountsService);
  }

  get graph(): GraphClient {
    return this.find(GraphClient);
  }

  get webhookLogs(): WebhookLogsService {
    return this.find(WebhookLogsService);
  }

  get dryRuns(): DryRunService {
    return this.find(DryRunService);
  }

  get replays(): ReplayService {
    return this.find(ReplayService);
  }

  get exports(): ExportService {
    return this.find(ExportService);
  }

  get imports(): ImportService {
    return this.find(ImportService);
  }

  get database(): DatabaseInspector {
    return this.find(DatabaseInspector);
  }
}
