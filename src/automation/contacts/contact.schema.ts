import { Schema } from 'mongoose';
import type { AnswerFormat } from '../automation.types.js';
import type { FlowState } from '../flows/flow-state.js';

export const CONTACT_MODEL = 'Contact';

/** An automation that fired for this person and may not fire again before `until`. */
export interface Cooldown {
  until: Date;
  /** That fired it: when the same job runs again after a crash, it is not stopped by itself. */
  job: string;
}

/** A question that was sent: the person's next message is its answer. */
export interface PendingAsk {
  /** What follows the answer. */
  flow: FlowState;
  attribute: string;
  validate: AnswerFormat;
  /** Sent when the answer is not of the form asked for. */
  retryText: string;
  /** When the event happened that led to the question: what the person wrote before it is no answer. */
  after: Date;
  expiresAt: Date;
}

/** What a job decided before it did anything, so that its next run after a crash does not decide otherwise. */
export interface JobDecision {
  job: string;
  /** Ids of the automations that answer. */
  rules?: string[];
  /** The flow that its event went on with. */
  flow?: FlowState;
}

/** How often automations answered this person lately. */
export interface AnswerCount {
  /** The last job counted. */
  job: string;
  minuteFrom: Date;
  inMinute: number;
  dayFrom: Date;
  inDay: number;
}

export type PauseReason = 'human' | 'automation' | 'loop' | 'thread_taken' | 'by_owner';

/** A person who wrote to or commented under an account, as that account knows them. */
export interface ContactDocument {
  /** `account:person`: the contact can be written without being looked for, and needs no index but the primary one. */
  _id: string;
  account: string;
  person: string;
  username?: string;
  name?: string;
  /** What automations and people noted about the person. */
  attributes?: Record<string, string>;
  tags?: string[];
  firstSeenAt: Date;
  /** Last event of any kind, message of a person of the account, or end of a wait: what conversations are listed by. */
  activeAt?: Date;
  /** The job of the person's first event, or `import` where that was elsewhere. Absent: only the account wrote, by hand. */
  firstJob?: string;
  /** Last message, tap or story mention: opens Instagram's 24-hour window. Comments do not. */
  lastInboundAt?: Date;
  /** When Instagram was last asked for the profile, with or without an answer. */
  profileCheckedAt?: Date;
  /** By automation, or by `automation:media` for comments. */
  cooldowns?: Record<string, Cooldown>;
  /** The person wrote STOP: nothing more is sent until START. */
  optedOutAt?: Date;
  /** The last START, by the time of its event. */
  optedInAt?: Date;
  /** Nothing answers before this time. */
  pausedUntil?: Date;
  pauseReason?: PauseReason;
  ask?: PendingAsk;
  /** By id of the job that goes on: what waits for its time. */
  waits?: Record<string, { automation: string; until: Date }>;
  decision?: JobDecision;
  answers?: AnswerCount;
}

/** Whether anything ever came from the person: a contact may be there because the account wrote first. */
export const wasHeard = (contact: ContactDocument | null): boolean =>
  contact?.firstJob !== undefined || contact?.lastInboundAt !== undefined;

export const contactId = (account: string, person: string): string => `${account}:${person}`;

/** Written through the native collection: this declares the fields, their types and the indexes. */
export const contactSchema = new Schema<ContactDocument>(
  {
    _id: { type: String, required: true },
    account: { type: String, required: true },
    person: { type: String, required: true },
    username: String,
    name: String,
    attributes: Schema.Types.Mixed,
    tags: { type: [String], default: undefined },
    firstSeenAt: { type: Date, required: true },
    activeAt: Date,
    firstJob: String,
    lastInboundAt: Date,
    profileCheckedAt: Date,
    cooldowns: Schema.Types.Mixed,
    optedOutAt: Date,
    optedInAt: Date,
    pausedUntil: Date,
    pauseReason: String,
    ask: Schema.Types.Mixed,
    waits: Schema.Types.Mixed,
    decision: Schema.Types.Mixed,
    answers: Schema.Types.Mixed,
  },
  { collection: 'contacts', versionKey: false, minimize: false },
);

// ContactRepository.erase, of a person.
contactSchema.index({ person: 1 }, { name: 'person' });
// ContactRepository.page, and erase of an account.
contactSchema.index({ account: 1, activeAt: 1, _id: 1 }, { name: 'activity' });
