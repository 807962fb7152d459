import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { DeliveryEndpoint } from './delivery.endpoint.js';
import { IngestionService } from './ingestion.service.js';
import { WebhookLogRepository } from './webhook-log.repository.js';
import { WEBHOOK_LOG_MODEL, webhookLogSchema } from './webhook-log.schema.js';
import { WebhooksController } from './webhooks.controller.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: WEBHOOK_LOG_MODEL, schema: webhookLogSchema }])],
  controllers: [WebhooksController],
  providers: [IngestionService, DeliveryEndpoint, WebhookLogRepository],
})
export class WebhooksModule {}
