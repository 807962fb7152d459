import { Injectable } from '@nestjs/common';
import { AutomationConfig, QueueConfig, WebhookConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { MESSAGE_RETENTION_S } from '../../automation/outbox/message.schema.js';
import type { Kept } from './thread.view.js';

/** Tells from when on the parts of a conversation are kept. */
@Injectable()
export class RetentionTimes {
  constructor(
    private readonly webhooks: WebhookConfig,
    private readonly queue: QueueConfig,
    private readonly automation: AutomationConfig,
    private readonly clock: Clock,
  ) {}

  now(): Kept {
    return {
      inboundSince: this.clock.date(-this.webhooks.logRetentionMs),
      outcomesSince: this.clock.date(-this.queue.completedRetentionMs),
      sentTextsSince: this.clock.date(-this.automation.textRetentionMs),
      sendsSince: this.clock.date(-MESSAGE_RETENTION_S * 1000),
    };
  }
}
