import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConversationDeliveries } from './conversation-deliveries.js';
import { DeliveryEndpoint } from './delivery.endpoint.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { DeliveryFigures } from './delivery.figures.js';
import { IngestionService } from './ingestion.service.js';
import { WebhookLogEraser } from './webhook-log.eraser.js';
import { WebhookLogRepository } from './webhook-log.repository.js';
import { WEBHOOK_LOG_MODEL, webhookLogSchema } from './webhook-log.schema.js';
import { WebhookLogsService } from './webhook-logs.service.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [
    AccountsModule,
    TelemetryModule,
    MongooseModule.forFeature([{ name: WEBHOOK_LOG_MODEL, schema: webhookLogSchema }]),
  ],
  controllers: [WebhooksController],
  providers: [
    IngestionService,
    DeliveryEndpoint,
    DeliveryFigures,
    WebhookLogRepository,
    WebhookLogsService,
    WebhookLogEraser,
    ConversationDeliveries,
  ],
  exports: [ConversationDeliveries, DeliveryFigures, WebhookLogsService],
})
export class WebhooksModule {}
