import type { Attachment, EventKind } from '../../instagram/instagram-event.js';
import type { MessageStatus } from '../../automation/outbox/message.schema.js';
import type { ShownContent } from '../../automation/outbox/shown-content.js';
import type { JobStatus } from '../../queue/job.schema.js';

/** What the person did. */
export interface InboundEntry {
  type: 'in';
  id: string;
  /** When the delivery arrived. */
  at: Date;
  /** When it happened, by Instagram's clock. */
  happenedAt: Date;
  kind: EventKind;
  /** Of a message, comment or edit; the label of what was tapped. */
  text: string | null;
  attachments: Attachment[];
  /** Of a tapped button or quick reply. */
  payload?: string;
  story?: { id: string; url?: string };
  comment?: { id: string; media?: string; parent?: string };
  reaction?: { emoji?: string; taken: boolean; mid: string };
  referral?: string;
  delivery: string;
  /** Null when it is no longer kept. */
  job: { id: string; status: JobStatus; attempts: number; errors: { at: Date; code: string }[] } | null;
  /** Null when it is not over, or no longer known. */
  outcome: { result: string; automation?: string; reason?: string } | null;
  /** In words, for people: what became of it. */
  why: string;
}

/** What an automation sent. */
export interface OutboundEntry {
  type: 'out';
  id: string;
  at: Date;
  settledAt: Date;
  /** Of the action. */
  action: string;
  /** Null of what has no text of its own (media, cards, reactions), or when it is no longer kept: see `textGone`. */
  text: string | null;
  textGone: boolean;
  /** Buttons, quick replies, media and cards. */
  shown?: ShownContent;
  status: MessageStatus;
  possibleDuplicate: boolean;
  /** Why it failed, as a stable code. */
  error?: string;
  automation: string;
  job: string;
  comment?: string;
  instagramMessageId?: string;
  /** When Instagram reported it back; null when it did not, or that was longer ago than this page reads. */
  echoedAt: Date | null;
}

/** What somebody of the account typed, or another app sent. */
export interface HumanEntry {
  type: 'human';
  id: string;
  at: Date;
  text: string | null;
  attachments: Attachment[];
  delivery: string;
}

export type ThreadEntry = InboundEntry | OutboundEntry | HumanEntry;

/** How long parts of a conversation are kept, and so from when on a thread is whole. */
export interface Kept {
  /** What came in, with its texts. */
  inboundSince: Date;
  /** What became of it. */
  outcomesSince: Date;
  /** The texts of what was sent; that it was sent is kept for longer. */
  sentTextsSince: Date;
  sendsSince: Date;
}

/** The newest entry of a conversation, for a list. */
export interface LastEntry {
  type: ThreadEntry['type'];
  at: Date;
  kind: string;
  text: string | null;
  /** Of what was sent, or was to be. */
  status?: OutboundEntry['status'];
}
