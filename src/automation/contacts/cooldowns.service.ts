import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { isComment, type PersonalEvent } from '../answerable-event.js';
import type { Rule } from '../rules/rule-set.js';
import type { RunningJob } from '../../queue/job.types.js';
import { ContactRepository } from './contact.repository.js';
import { ContactWrites } from './contact-writes.js';
import type { ContactDocument } from './contact.schema.js';

/**
 * Keeps an automation from firing again for the same person too soon. Read and then written without a lock: the queue
 * runs the jobs of one conversation one at a time.
 */
@Injectable()
export class CooldownsService {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly clock: Clock,
  ) {}

  /** Those of the rules that may fire now. A rule that cools down stays silent and passes the event to no other. */
  ready(rules: readonly Rule[], event: PersonalEvent, job: string, contact: ContactDocument | null): Rule[] {
    const now = this.clock.now();
    return rules.filter((rule) => {
      const running = contact?.cooldowns?.[keyOf(rule, event)];
      return rule.cooldownMs === 0 || !running || running.job === job || running.until.getTime() <= now;
    });
  }

  /** To be called once a rule has fired. */
  async start(rule: Rule, event: PersonalEvent, job: RunningJob<unknown>): Promise<void> {
    if (rule.cooldownMs > 0) await this.writes.untilWritten(job, () => this.write(rule, event, job.id));
  }

  private async write(rule: Rule, event: PersonalEvent, job: string): Promise<void> {
    const contact = await this.contacts.find(event.account, event.person);
    const key = keyOf(rule, event);
    const over = Object.entries(contact?.cooldowns ?? {})
      .filter(([other, { until }]) => other !== key && until.getTime() <= this.clock.now())
      .map(([other]) => other);
    const cooldown = { until: this.clock.date(rule.cooldownMs), job };
    await this.contacts.startCooldown(event, key, cooldown, over, this.clock.date());
  }
}

/** Comments cool down for each media on its own. Dots and dollars would mean something in a field's path. */
function keyOf(rule: Rule, event: PersonalEvent): string {
  const media = isComment(event) ? (event.originalMediaId ?? event.mediaId) : undefined;
  return media === undefined ? rule.id : `${rule.id}:${media.replace(/[.$]/g, '_')}`;
}
