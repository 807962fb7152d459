/** As `GET /api/admin/conversations` answers; times are ISO texts. */
export interface Conversation {
  /** `account:person`. */
  id: string;
  account: string;
  person: string;
  username?: string;
  name?: string;
  tags: string[];
  attributes: Record<string, string>;
  firstSeenAt: string;
  activeAt?: string;
  optedOutAt?: string;
  pausedUntil?: string;
  pauseReason?: string;
  ask: { automation: string; attribute: string; expiresAt: string } | null;
  waits: { automation: string; until: string }[];
  states: ConversationState[];
  windowClosesAt: string | null;
}

export type ConversationState = 'paused' | 'opted_out' | 'asking' | 'waiting';

export interface ListedConversation extends Conversation {
  last: {
    type: 'in' | 'out' | 'human';
    at: string;
    kind: string;
    text: string | null;
    /** Of what was sent, or was to be. */
    status?: string;
  } | null;
}

export interface Attachment {
  type: string;
  url?: string;
}

export interface InboundEntry {
  type: 'in';
  id: string;
  at: string;
  happenedAt: string;
  kind: string;
  text: string | null;
  attachments: Attachment[];
  payload?: string;
  story?: { id: string; url?: string };
  comment?: { id: string; media?: string; parent?: string };
  reaction?: { emoji?: string; taken: boolean; mid: string };
  referral?: string;
  delivery: string;
  job: { id: string; status: string; attempts: number; errors: { at: string; code: string }[] } | null;
  outcome: { result: string; automation?: string; reason?: string } | null;
  why: string;
}

export interface ShownContent {
  text?: string;
  media?: { type: string; url: string };
  buttons?: string[];
  quickReplies?: string[];
  cards?: { title: string; subtitle?: string; imageUrl?: string; buttons: string[] }[];
}

export interface OutboundEntry {
  type: 'out';
  id: string;
  at: string;
  settledAt: string;
  action: string;
  text: string | null;
  textGone: boolean;
  shown?: ShownContent;
  status: string;
  possibleDuplicate: boolean;
  error?: string;
  automation: string;
  job: string;
  comment?: string;
  echoedAt: string | null;
}

export interface HumanEntry {
  type: 'human';
  id: string;
  at: string;
  text: string | null;
  attachments: Attachment[];
  delivery: string;
}

export type ThreadEntry = InboundEntry | OutboundEntry | HumanEntry;

export interface ConversationPage extends Conversation {
  thread: { items: ThreadEntry[]; nextCursor: string | null; automations: Record<string, string> };
  /** From when on each part is kept. */
  kept: { inboundSince: string; outcomesSince: string; sentTextsSince: string; sendsSince: string };
}

/** What to call a person of whom perhaps only the id is known. */
export const nameOf = ({ name, username, person }: Pick<Conversation, 'name' | 'username' | 'person'>) =>
  name ?? (username === undefined ? `Person ${person.slice(-6)}` : `@${username}`);
