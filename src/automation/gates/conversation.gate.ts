import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import type { PersonalEvent } from '../answerable-event.js';
import { outcomeOf, type EventOutcome } from '../answering/event-outcome.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { AnswerCount, ContactDocument } from '../contacts/contact.schema.js';
import { countAnswer, LOOP_PAUSE_MS } from './loop.guard.js';
import { StopWords } from './stop-words.js';

/** What no automation can override: the person's own wish, a pause, and the end of a loop. */
@Injectable()
export class ConversationGate {
  private readonly logger = new Logger('Automation');

  constructor(
    private readonly contacts: ContactRepository,
    private readonly words: StopWords,
    private readonly clock: Clock,
  ) {}

  /** Why nothing may answer this event; null when something may. Reads, and changes nothing. */
  verdict(event: PersonalEvent, contact: ContactDocument | null): EventOutcome | null {
    const word = this.words.meaningOf(event);
    if (word === 'stop') {
      return outcomeOf('opted_out', {
        reason: this.isOvertaken(event, contact) ? 'start_came_later' : 'stop',
      });
    }
    if (contact?.optedOutAt && !this.ends(contact.optedOutAt, event, word)) return outcomeOf('opted_out');
    return this.pauseOf(contact);
  }

  /** Null unless a pause is running. */
  pauseOf(contact: ContactDocument | null): EventOutcome | null {
    if (!contact?.pausedUntil || contact.pausedUntil.getTime() <= this.clock.now()) return null;
    return outcomeOf('paused', { reason: contact.pauseReason ?? 'by_owner' });
  }

  /** The verdict, with what the person said of being answered kept. */
  async check(event: PersonalEvent, contact: ContactDocument | null): Promise<EventOutcome | null> {
    const word = this.words.meaningOf(event);
    const at = new Date(event.timestamp);
    if (word === 'stop' && !this.isOvertaken(event, contact)) await this.contacts.optOut(event, at);
    else if (word === 'start' && (!contact?.optedOutAt || this.ends(contact.optedOutAt, event, word))) {
      await this.contacts.optIn(event, at);
    }
    return this.verdict(event, contact);
  }

  /** Counts an event that is to be answered; when it is one too many, the conversation is paused. */
  async countAnswer(
    event: PersonalEvent,
    job: string,
    contact: ContactDocument | null,
  ): Promise<{ answers?: AnswerCount; closed?: EventOutcome }> {
    const counted = countAnswer(event, job, contact);
    if (!counted) return {};
    const { answers, exceeded } = counted;
    if (!exceeded) return { answers };
    await this.contacts.pause(event, this.clock.date(LOOP_PAUSE_MS), 'loop', new Date(event.timestamp));
    this.logger.warn({ msg: 'two programs answer each other, conversation paused', account: event.account });
    return { answers, closed: outcomeOf('paused', { reason: 'loop' }) };
  }

  /** Deliveries come in any order: a START from before the STOP ends nothing. */
  private ends(optedOutAt: Date, event: PersonalEvent, word: 'stop' | 'start' | undefined): boolean {
    return word === 'start' && event.timestamp >= optedOutAt.getTime();
  }

  /** And a STOP from before the last START begins nothing. */
  private isOvertaken(event: PersonalEvent, contact: ContactDocument | null): boolean {
    return contact?.optedInAt !== undefined && event.timestamp < contact.optedInAt.getTime();
  }
}
