import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import {
  AccessConfig,
  AutomationConfig,
  DatabaseConfig,
  GraphConfig,
  MetaConfig,
  QueueConfig,
  SecurityConfig,
  ServerConfig,
  TelemetryConfig,
  WebhookConfig,
  type AppConfig,
} from './app-config.js';

/** Makes each slice of an already loaded configuration injectable everywhere. */
@Module({})
export class ConfigModule {
  static forRoot(config: AppConfig): DynamicModule {
    const providers: Provider[] = [
      { provide: ServerConfig, useValue: config.server },
      { provide: DatabaseConfig, useValue: config.database },
      { provide: MetaConfig, useValue: config.meta },
      { provide: GraphConfig, useValue: config.graph },
      { provide: AccessConfig, useValue: config.access },
      { provide: SecurityConfig, useValue: config.security },
      { provide: QueueConfig, useValue: config.queue },
      { provide: WebhookConfig, useValue: config.webhooks },
      { provide: AutomationConfig, useValue: config.automation },
      { provide: TelemetryConfig, useValue: config.telemetry },
    ];
    return { module: ConfigModule, global: true, providers, exports: providers };
  }
}
