import { randomBytes, randomInt } from 'node:crypto';
import { messageIdOf } from '../message-id.js';
import type { JournalEntry, SandboxStats, SendKind } from './sandbox.types.js';

const COUNTER_OF_KIND = {
  message: 'messages',
  private_reply: 'privateReplies',
  public_reply: 'publicReplies',
  sender_action: 'senderActions',
  reaction: 'reactions',
} as const satisfies Record<SendKind, keyof SandboxStats>;

const MOST_LOOKED_AT = 50_000;

/** Everything that was carried out, in order. Ids are derived from the sequence, so that an entry stays small. */
export class SendJournal {
  private readonly entries: JournalEntry[] = [];
  private readonly run = randomBytes(6).toString('hex');
  /** So that replies of one run are not taken for those of another. */
  private readonly replyOffset = randomInt(2 ** 46);
  private readonly counts = {
    messages: 0,
    privateReplies: 0,
    publicReplies: 0,
    senderActions: 0,
    reactions: 0,
    unanswered: 0,
  };

  add(entry: Omit<JournalEntry, 'sequence' | 'answered'>): JournalEntry {
    const { at, kind, account, person, comment, content } = entry;
    const sequence = this.entries.length + 1;
    const kept = { sequence, at, kind, account, person, comment, content, answered: true };
    this.entries.push(kept);
    this.counts[COUNTER_OF_KIND[kind]] += 1;
    return kept;
  }

  markUnanswered(entry: JournalEntry): void {
    entry.answered = false;
    this.counts.unanswered += 1;
  }

  /** The id that the caller got for it. */
  idOf({ sequence, kind }: JournalEntry): string {
    if (kind === 'public_reply') return `179${String(this.replyOffset + sequence).padStart(14, '0')}`;
    return messageIdOf(`${this.run}:${sequence}`);
  }

  /** Entries with a higher sequence than `after`, at most `limit`. */
  page(after: number, limit: number): JournalEntry[] {
    return this.entries.slice(after, after + limit);
  }

  /** What was carried out for one person, the newest first, among the newest of all. */
  recentOf(account: string, person: string, limit: number): JournalEntry[] {
    const found: JournalEntry[] = [];
    const oldest = Math.max(this.entries.length - MOST_LOOKED_AT, 0);
    for (let index = this.entries.length - 1; index >= oldest && found.length < limit; index -= 1) {
      const entry = this.entries[index]!;
      if (entry.person === person && entry.account === account) found.push(entry);
    }
    return found;
  }

  stats() {
    return { sends: this.counts.messages + this.counts.privateReplies, ...this.counts };
  }
}
