import { Module } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { AutomationModule } from '../../automation/automation.module.js';
import { WebhooksModule } from '../../webhooks/webhooks.module.js';
import { ConversationListService } from './conversation-list.service.js';
import { ConversationsController } from './conversations.controller.js';
import { LastEntries } from './last-entries.js';
import { RetentionTimes } from './retention-times.js';
import { ThreadService } from './thread.service.js';

@Module({
  imports: [AccountsModule, AutomationModule, WebhooksModule],
  controllers: [ConversationsController],
  providers: [ConversationListService, LastEntries, RetentionTimes, ThreadService],
  exports: [ThreadService],
})
export class ConversationsModule {}
