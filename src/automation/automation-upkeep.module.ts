import { Module } from '@nestjs/common';
import { AutomationModule } from './automation.module.js';
import { TextRetention } from './outbox/text-retention.js';

/** What a server does for automations by itself, and a command does not. */
@Module({ imports: [AutomationModule], providers: [TextRetention] })
export class AutomationUpkeepModule {}
