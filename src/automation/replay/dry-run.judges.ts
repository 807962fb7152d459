import { Injectable } from '@nestjs/common';
import { RuleSelector } from '../conditions/rule.selector.js';
import { AsksService } from '../flows/asks.service.js';
import { ConversationGate } from '../gates/conversation.gate.js';

/** What decides on an event. */
@Injectable()
export class DryRunJudges {
  constructor(
    readonly gate: ConversationGate,
    readonly asks: AsksService,
    readonly selector: RuleSelector,
  ) {}
}
