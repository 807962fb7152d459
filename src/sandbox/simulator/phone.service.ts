import { Injectable } from '@nestjs/common';
import { SandboxServer } from '../../instagram/sandbox/sandbox-server.js';
import type { JournalEntry } from '../../instagram/sandbox/sandbox.types.js';
import { SimulatorLog, type SimulatedDelivery } from './simulator.log.js';

/** What a customer sees on the phone. */
export interface PhoneEntry {
  id: string;
  at: Date;
  from: 'person' | 'account';
  /** Of what the person did: its kind; of what the account did: `message`, `private_reply`, `public_reply` or `reaction`. */
  kind: string;
  text: string | null;
  /** Instagram's id of a message, which reactions name. */
  mid: string | null;
  /** The comment that it is, or that it answers. */
  comment: string | null;
  /** Of the person's: emoji, story, media, attachment and so on, as they were given. */
  input?: SimulatedDelivery['input'];
  /** Of the account's: the message as it was sent (quick replies, attachment). */
  content?: unknown;
}

export interface Phone {
  /** The oldest first. */
  entries: PhoneEntry[];
  /** The account is typing. */
  typing: boolean;
}

const MOST_SENDS = 300;
/** Instagram takes the dots away by itself. */
const TYPING_MS = 20_000;

/** Puts together what a person did in the simulator and what the stand-in was told to show to them. */
@Injectable()
export class PhoneService {
  constructor(
    private readonly standIn: SandboxServer,
    private readonly log: SimulatorLog,
  ) {}

  read(account: string, person: string): Phone {
    const { journal } = this.standIn.state;
    const began = this.log.beganAt(account, person);
    const sends = journal.recentOf(account, person, MOST_SENDS).filter(({ at }) => at > began);
    const own = this.log.of(account, person).map((each) => ownEntry(each));
    const shown = sends
      .filter(({ kind }) => kind !== 'sender_action')
      .map((entry) => sentEntry(entry, journal.idOf(entry)));
    const entries = [...own, ...shown].toSorted((one, other) => one.at.getTime() - other.at.getTime());
    return { entries, typing: isTyping(sends, this.standIn.state.now()) };
  }
}

function ownEntry({ id, event, input, sentAt }: SimulatedDelivery): PhoneEntry {
  return {
    id,
    at: new Date(sentAt),
    from: input.kind === 'human' ? 'account' : 'person',
    kind: input.kind,
    text: 'text' in input ? (input.text ?? null) : 'title' in input ? (input.title ?? null) : null,
    mid: 'mid' in event ? (event.mid ?? null) : null,
    comment: 'commentId' in event ? (event.commentId ?? null) : null,
    input,
  };
}

function sentEntry({ at, kind, comment, content }: JournalEntry, id: string): PhoneEntry {
  return {
    id,
    at: new Date(at),
    from: 'account',
    kind,
    text: textOf(content),
    mid: kind === 'message' || kind === 'private_reply' ? id : null,
    comment,
    content,
  };
}

function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  const text =
    typeof content === 'object' && content !== null && 'text' in content ? content.text : undefined;
  return typeof text === 'string' ? text : null;
}

/** The newest first: the dots stand until the next message, or until they are taken away. */
function isTyping([newest]: JournalEntry[], nowMs: number): boolean {
  return newest?.kind === 'sender_action' && newest.content === 'typing_on' && nowMs - newest.at < TYPING_MS;
}
