import { Injectable } from '@nestjs/common';
import type { ContactDocument } from '../../automation/contacts/contact.schema.js';
import { MessageRepository } from '../../automation/outbox/message.repository.js';
import { ConversationDeliveries } from '../../webhooks/conversation-deliveries.js';
import { ThreadService } from './thread.service.js';
import type { LastEntry, ThreadEntry } from './thread.view.js';

/** The newest deliveries are often echoes of what was sent, or tell that something was seen. */
const DELIVERIES = 4;

/** Finds what happened last in each of some conversations. */
@Injectable()
export class LastEntries {
  constructor(
    private readonly deliveries: ConversationDeliveries,
    private readonly messages: MessageRepository,
    private readonly threads: ThreadService,
  ) {}

  /** By the contact's id. */
  async of(contacts: readonly ContactDocument[]): Promise<Map<string, LastEntry>> {
    const entries = await Promise.all(contacts.map((contact) => this.lastOf(contact)));
    return new Map(
      contacts.flatMap(({ _id }, index) => {
        const entry = entries[index];
        return entry ? [[_id, summaryOf(entry)]] : [];
      }),
    );
  }

  private async lastOf({ _id, account, person }: ContactDocument): Promise<ThreadEntry | undefined> {
    const [received, sent] = await Promise.all([
      this.deliveries.read(_id, DELIVERIES, undefined),
      this.messages.ofPerson(account, person, 1, undefined),
    ]);
    const { items } = await this.threads.entriesOf(received, sent);
    return items.find((entry) => entry.type !== 'in' || entry.kind !== 'seen');
  }
}

const summaryOf = (entry: ThreadEntry): LastEntry => ({
  type: entry.type,
  at: entry.at,
  kind: entry.type === 'in' ? entry.kind : entry.type === 'out' ? entry.action : 'message',
  text: entry.text,
  ...(entry.type === 'out' && { status: entry.status }),
});
