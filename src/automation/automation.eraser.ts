import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataErasure, type Eraser } from '../accounts/login/data-erasure.js';
import { JobErasureRepository } from '../queue/job-erasure.repository.js';
import { AutomationRepository } from './automation.repository.js';
import { ContactRepository } from './contacts/contact.repository.js';
import { AutomationDayRepository } from './figures/automation-day.repository.js';
import { LinkRepository } from './links/link.repository.js';
import { MessageRepository } from './outbox/message.repository.js';

/** Deletes what is kept here, and in the queue, of an account or a person. */
@Injectable()
export class AutomationEraser implements Eraser, OnModuleInit {
  constructor(
    private readonly erasure: DataErasure,
    private readonly automations: AutomationRepository,
    private readonly contacts: ContactRepository,
    private readonly messages: MessageRepository,
    private readonly jobs: JobErasureRepository,
    private readonly links: LinkRepository,
    private readonly days: AutomationDayRepository,
  ) {}

  onModuleInit(): void {
    this.erasure.register(this);
  }

  async eraseAccount(account: string): Promise<void> {
    await this.jobs.eraseLimitKey(account);
    await this.messages.erase({ account });
    await this.contacts.erase({ account });
    await this.automations.deleteAllOf(account);
    await this.links.erase(account);
    await this.days.erase(account);
  }

  /** Wherever they occur: also under an account that is not connected, or whose contact was deleted before. */
  async erasePerson(person: string): Promise<void> {
    await this.jobs.eraseGroupsEndingIn(`:${person}`);
    await this.jobs.eraseCarrying('person', person);
    await this.messages.erase({ person });
    await this.contacts.erase({ person });
  }

  async eraseConversation(account: string, person: string): Promise<void> {
    await this.jobs.eraseGroup(`${account}:${person}`);
    await this.jobs.eraseCarrying('person', person, account);
    await this.messages.erase({ account, person });
  }
}
