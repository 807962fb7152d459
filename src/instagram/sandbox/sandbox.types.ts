import type { LimitName } from './account-limits.js';

export interface SandboxSettings {
  /** How long each answer is held back. */
  latencyMs: number;
  /** Instagram's limits per account: all, none (a load test can send as fast as it likes), or some. */
  rateLimits: boolean | readonly LimitName[];
  /**
   * What is assumed of people and comments that the sandbox was never told about: that they wrote a moment ago (`open`;
   * webhooks go to the app without passing here, so this is the usual case), or that they don't exist (`refused`).
   */
  unknownPeople: 'open' | 'refused';
}

export type SendKind = 'message' | 'private_reply' | 'public_reply' | 'sender_action' | 'reaction';

/** Something that the sandbox carried out, as Instagram would have. */
export interface JournalEntry {
  sequence: number;
  /** By the sandbox's clock, in ms since the epoch. */
  at: number;
  kind: SendKind;
  /** null for a public reply where nothing tells whose comment it is. */
  account: string | null;
  /** null where only the comment is known. */
  person: string | null;
  comment: string | null;
  /** The message as it was sent; a string for a public reply or a sender action. */
  content: unknown;
  /** False if the caller was left without an answer, so that it can't know. */
  answered: boolean;
}

/** What a person wrote to the account. */
export interface InboundMessage {
  at: number;
  mid: string;
  text?: string;
}

export interface Conversation {
  person: string;
  name?: string;
  username?: string;
  /** Whether the person follows the account. */
  follows?: boolean;
  /** Opens the 24-hour window; null if the person never wrote. */
  lastInboundAt: number | null;
  /** The person is known by a comment. */
  commented: boolean;
  /** Messages that the account sent, private replies left out. */
  sends: number;
  messages: (InboundMessage | JournalEntry)[];
}

export interface AccountRecord {
  id: string;
  /** Calls need this token; any will do where none is set. */
  token?: string;
  username: string;
  /** The webhook fields that an app has subscribed to for it. */
  subscribedFields?: string[];
  media: Map<string, MediaRecord>;
  people: Map<string, Conversation>;
}

export interface MediaRecord {
  id: string;
  caption?: string;
  media_type?: string;
}

export interface CommentRecord {
  id: string;
  account: string | null;
  /** Who wrote it; the account's own id marks its own comment. */
  person: string | null;
  text?: string;
  mediaId?: string;
  parentId?: string;
  live: boolean;
  /** A live comment can be answered in private only while the video is live. */
  liveEnded: boolean;
  at: number;
  privateReply?: JournalEntry;
  publicReplies: { id: string; text: string; at: number }[];
}

export interface SandboxStats {
  /** DMs and private replies. */
  sends: number;
  messages: number;
  privateReplies: number;
  publicReplies: number;
  senderActions: number;
  reactions: number;
  /** People who were sent a DM, and comments that got a private reply. */
  distinctRecipients: number;
  /** People who were sent more than one DM. A comment never gets a second private reply. */
  recipientsSentSeveral: number;
  commentsRepliedSeveral: number;
  /** Carried out, but the caller was left without an answer. */
  unanswered: number;
  calls: number;
  errors: number;
  errorsByCode: Record<string, number>;
}
