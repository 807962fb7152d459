import type { ContactDocument } from '../../automation/contacts/contact.schema.js';
import { toContactView, type ContactView } from '../../automation/contacts/contact.view.js';
import { statesOf, type ConversationState } from '../../automation/contacts/conversation.repository.js';
import { WINDOW_MS } from '../../automation/actions/message.sender.js';
import type { LastEntry } from './thread.view.js';

/** A conversation as the admin API shows it. Its id is `account:person`, the contact's. */
export interface ConversationView extends ContactView {
  states: ConversationState[];
  /** Until when Instagram takes messages to the person; null when the person never wrote. */
  windowClosesAt: Date | null;
}

export interface ListedConversation extends ConversationView {
  /** Null when nothing of it is kept any more. */
  last: LastEntry | null;
}

export const toConversationView = (contact: ContactDocument, now: Date): ConversationView => ({
  ...toContactView(contact),
  states: statesOf(contact, now),
  windowClosesAt: contact.lastInboundAt ? new Date(contact.lastInboundAt.getTime() + WINDOW_MS) : null,
});
