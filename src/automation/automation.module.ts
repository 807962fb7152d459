import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ACTION_RUNNERS, ActionExecutor } from './actions/action.executor.js';
import { actionRunners } from './actions/action-runners.js';
import { MessageSender } from './actions/message.sender.js';
import { AccountActivityService } from './admin/account-activity.service.js';
import { AccountUsageController } from './admin/account-usage.controller.js';
import { ContactsController } from './admin/contacts.controller.js';
import { MessagesController } from './admin/messages.controller.js';
import { AnswerPlanner } from './answering/answer.planner.js';
import { AnsweringService } from './answering/answering.service.js';
import { RuleRunner } from './answering/rule.runner.js';
import { AutomationEraser } from './automation.eraser.js';
import { AutomationRepository } from './automation.repository.js';
import {
  AUTOMATION_MODEL,
  AUTOMATION_REVISION_MODEL,
  automationMongooseSchema,
  automationRevisionSchema,
} from './automation.schema.js';
import { AutomationListService } from './automation-list.service.js';
import { AutomationsController } from './automations.controller.js';
import { AutomationsService } from './automations.service.js';
import { RuleSelector } from './conditions/rule.selector.js';
import { ContactListRepository } from './contacts/contact-list.repository.js';
import { ContactRepository } from './contacts/contact.repository.js';
import { CONTACT_MODEL, contactSchema } from './contacts/contact.schema.js';
import { ConversationRepository } from './contacts/conversation.repository.js';
import { ConversationWindowRepository } from './contacts/conversation-window.repository.js';
import { ContactsService } from './contacts/contacts.service.js';
import { ContactWrites } from './contacts/contact-writes.js';
import { CooldownsService } from './contacts/cooldowns.service.js';
import { AutomationDayRepository } from './figures/automation-day.repository.js';
import { AUTOMATION_DAY_MODEL, automationDaySchema } from './figures/automation-day.schema.js';
import { AutomationFigures } from './figures/automation.figures.js';
import { FiguresController } from './figures/figures.controller.js';
import { AsksService } from './flows/asks.service.js';
import { FlowHandler } from './flows/flow.handler.js';
import { FlowRunner } from './flows/flow.runner.js';
import { GraphFailures } from './flows/graph.failures.js';
import { ConversationGate } from './gates/conversation.gate.js';
import { StopWords } from './gates/stop-words.js';
import { eventHandlers } from './handlers/event-handlers.js';
import { LinkRepository } from './links/link.repository.js';
import { LINK_MODEL, linkSchema } from './links/link.schema.js';
import { LinksController } from './links/links.controller.js';
import { SendLimitRepository } from './limits/send-limit.repository.js';
import {
  SEND_LIMIT_MODEL,
  SEND_RESERVATION_MODEL,
  sendLimitSchema,
  sendReservationSchema,
} from './limits/send-limit.schema.js';
import { SendUsageService } from './limits/send-usage.service.js';
import { SendLimiter } from './limits/send.limiter.js';
import { OutboundClient } from './outbound/outbound.client.js';
import { EchoService } from './outbox/echo.service.js';
import { JobMessagesService } from './outbox/job-messages.service.js';
import { MessageRepository } from './outbox/message.repository.js';
import { MESSAGE_MODEL, messageSchema } from './outbox/message.schema.js';
import { OutboxService } from './outbox/outbox.service.js';
import { AccountParking } from './parking/account-parking.service.js';
import { ActionPreview } from './replay/action.preview.js';
import { DraftsController } from './replay/drafts.controller.js';
import { DryRunJudges } from './replay/dry-run.judges.js';
import { DryRunService } from './replay/dry-run.service.js';
import { RuleExplainer } from './replay/rule-explainer.service.js';
import { ReplayHandler } from './replay/replay.handler.js';
import { ReplayService } from './replay/replay.service.js';
import { TryService } from './replay/try.service.js';
import { RulesService } from './rules/rules.service.js';
import { AutomationImporter } from './transfer/automation.importer.js';
import { ContactImporter } from './transfer/contact.importer.js';
import { ExportService } from './transfer/export.service.js';
import { ImportService } from './transfer/import.service.js';
import { TransferController } from './transfer/transfer.controller.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';

/** Needs, from the root: the database's `Clock`, the `GraphClient`, and the slices of configuration of `http/`. */
@Module({
  imports: [
    TelemetryModule,
    AccountsModule,
    MongooseModule.forFeature([
      { name: AUTOMATION_MODEL, schema: automationMongooseSchema },
      { name: AUTOMATION_REVISION_MODEL, schema: automationRevisionSchema },
      { name: CONTACT_MODEL, schema: contactSchema },
      { name: MESSAGE_MODEL, schema: messageSchema },
      { name: AUTOMATION_DAY_MODEL, schema: automationDaySchema },
      { name: LINK_MODEL, schema: linkSchema },
      { name: SEND_LIMIT_MODEL, schema: sendLimitSchema },
      { name: SEND_RESERVATION_MODEL, schema: sendReservationSchema },
    ]),
  ],
  controllers: [
    DraftsController,
    AutomationsController,
    FiguresController,
    LinksController,
    ContactsController,
    MessagesController,
    AccountUsageController,
    TransferController,
  ],
  providers: [
    AutomationRepository,
    AutomationEraser,
    AutomationsService,
    AutomationListService,
    RulesService,
    ContactRepository,
    ContactListRepository,
    ConversationRepository,
    ConversationWindowRepository,
    ContactWrites,
    ContactsService,
    CooldownsService,
    StopWords,
    ConversationGate,
    RuleSelector,
    AnswerPlanner,
    MessageRepository,
    JobMessagesService,
    OutboxService,
    EchoService,
    AutomationDayRepository,
    AutomationFigures,
    LinkRepository,
    SendLimitRepository,
    SendLimiter,
    SendUsageService,
    AccountActivityService,
    AccountParking,
    MessageSender,
    OutboundClient,
    ...actionRunners,
    { provide: ACTION_RUNNERS, inject: actionRunners, useFactory: (...runners: object[]) => runners },
    ActionExecutor,
    GraphFailures,
    FlowRunner,
    AsksService,
    FlowHandler,
    ReplayHandler,
    ReplayService,
    ActionPreview,
    DryRunJudges,
    DryRunService,
    RuleExplainer,
    TryService,
    ExportService,
    AutomationImporter,
    ContactImporter,
    ImportService,
    RuleRunner,
    AnsweringService,
    ...eventHandlers,
  ],
  exports: [
    JobMessagesService,
    OutboxService,
    SendLimiter,
    AutomationsService,
    DryRunService,
    MessageRepository,
    ReplayService,
    ExportService,
    ImportService,
    ContactRepository,
    ContactWrites,
    ConversationRepository,
    ConversationWindowRepository,
    RuleExplainer,
    MessageRepository,
  ],
})
export class AutomationModule {}
