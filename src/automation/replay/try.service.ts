import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ServerConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import type { InstagramEvent } from '../../instagram/instagram-event.js';
import { AutomationRepository } from '../automation.repository.js';
import type { AutomationSettings, Trigger } from '../automation.types.js';
import { compileAutomations } from '../rules/rule-set.js';
import { DryRunService } from './dry-run.service.js';
import type { DryRun } from './dry-run.types.js';

/** Id of an automation that was never saved: after all others, as a new one is. */
export const DRAFT_ID = 'f'.repeat(24);
/** Nobody at Instagram: a person whom the account does not know. */
const SOMEBODY = '1';

export interface Trial {
  /** As it is in the form. */
  automation: AutomationSettings;
  /** The stored one that it would replace. */
  id?: string | undefined;
  /** What the person writes, or the payload, emoji or ref, as the trigger goes by. */
  text: string;
}

/** Tries an automation that is not saved yet on a text, beside the account's others. Nothing is sent and nothing kept. */
@Injectable()
export class TryService {
  constructor(
    private readonly automations: AutomationRepository,
    private readonly dryRun: DryRunService,
    private readonly clock: Clock,
    private readonly server: ServerConfig,
  ) {}

  /** The draft counts as switched on; it shows up under `id`, or `DRAFT_ID`. */
  async run({ automation, id = DRAFT_ID, text }: Trial): Promise<DryRun> {
    const now = this.clock.date();
    const others = (await this.automations.enabledOf(automation.account)).filter((other) => other.id !== id);
    const draft = { ...automation, id, enabled: true, createdAt: now, updatedAt: now };
    const rules = compileAutomations([...others, draft], this.server.publicUrl);
    const identity = `try:${randomUUID()}`;
    const event = eventFor(automation.trigger, automation.account, text, now.getTime());
    return this.dryRun.run({ event, identity }, rules);
  }
}

/** An event of the kind that the trigger listens to, which passes all its filters but for the text. */
function eventFor(trigger: Trigger, account: string, text: string, timestamp: number): InstagramEvent {
  const base = { account, person: SOMEBODY, timestamp };
  const message = { ...base, mid: 'try', attachments: [], text };
  switch (trigger.type) {
    case 'message':
    case 'default':
      return { ...message, kind: 'message' };
    case 'story_reply':
      return { ...message, kind: 'story_reply', story: { id: trigger.storyIds?.[0] ?? 'try' } };
    case 'story_mention':
      return { ...message, kind: 'story_mention' };
    case 'postback':
      return { ...base, kind: 'postback', payload: text };
    case 'quick_reply':
      return { ...message, kind: 'quick_reply', payload: text };
    case 'referral':
      return { ...base, kind: 'referral', referral: { ref: text } };
    case 'reaction':
      return { ...base, kind: 'reaction', mid: 'try', action: 'react', emoji: text };
    case 'comment': {
      const mediaId = trigger.mediaIds?.[0];
      return { ...base, kind: 'comment', commentId: 'try', text, own: false, ...(mediaId && { mediaId }) };
    }
  }
}
