import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AutomationConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import type { EchoEvent } from '../../instagram/instagram-event.js';
import { outcomeOf, type EventOutcome } from '../answering/event-outcome.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { MessageRepository } from './message.repository.js';

/**
 * What Instagram reports back of the account's own messages: one of this program's settles a send whose outcome nobody
 * knows; any other was typed by a person (or sent by another app), to whom the conversation is left.
 */
@Injectable()
export class EchoService {
  private readonly logger = new Logger('Automation');

  constructor(
    private readonly config: AutomationConfig,
    private readonly accounts: AccountsService,
    private readonly messages: MessageRepository,
    private readonly contacts: ContactRepository,
    private readonly clock: Clock,
  ) {}

  async receive(event: EchoEvent): Promise<EventOutcome> {
    const { account, person, self, deleted } = event;
    if (person === null || person === account || self) return outcomeOf('ignored', { reason: 'own' });
    if (deleted) return outcomeOf('ignored', { reason: 'deleted' });
    if (!(await this.accounts.find(account))) return outcomeOf('unknown_account');
    if (await this.isOurs({ ...event, person })) return outcomeOf('ignored', { reason: 'own' });
    const until = new Date(event.timestamp + this.config.humanTakeoverMs);
    await this.contacts.pause({ account, person }, until, 'human', this.clock.date());
    this.logger.log({ msg: 'somebody of the account wrote, conversation paused', account, until });
    return outcomeOf('ignored', { reason: 'human_takeover' });
  }

  /**
   * The echo may overtake the answer to the call that sent it. So: by its id; by what it says, among sends that have no
   * answer yet; and by its id again, for one that got its answer between the two.
   */
  private async isOurs({ account, person, mid, text }: EchoEvent & { person: string }): Promise<boolean> {
    if (await this.messages.wasSent(mid)) return true;
    const open = await this.messages.unsettled(account, person);
    const match = open.find((row) => row.text === text?.trim());
    if (match && (await this.messages.confirm(match._id, mid, this.clock.date()))) return true;
    return this.messages.wasSent(mid);
  }
}
