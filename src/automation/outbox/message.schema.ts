import { Schema } from 'mongoose';
import type { ActionType } from '../automation.types.js';
import type { ShownContent } from './shown-content.js';

export const MESSAGE_MODEL = 'Message';
export const PERSON_INDEX = 'person';
export const TIME_INDEX = 'retention';

/**
 * `sending`: the call was about to be made. `sent`: Instagram confirmed it. `failed`: Instagram did not carry it out.
 * `unknown`: it may have.
 */
export const messageStatuses = ['sending', 'sent', 'failed', 'unknown'] as const;

export type MessageStatus = (typeof messageStatuses)[number];

/** One thing that an automation sends: the record by which nothing is sent twice. */
export interface MessageDocument {
  /** See `sendId`: its uniqueness is what makes a send happen once. */
  _id: string;
  job: string;
  account: string;
  person: string;
  /** Place among the automation's actions. */
  action: number;
  type: ActionType;
  automation: string;
  /** What tells the event from all others: by it, a replay finds what was sent. */
  event?: string;
  /** The comment that this answers, in public or in private. */
  comment?: string;
  /** Of a text message or public reply; dropped after its retention. */
  text?: string;
  /** What it shows beside that; dropped with it. */
  shown?: ShownContent;
  status: MessageStatus;
  /** Whose turn it is: a run that lost the message to a later one can change nothing on it. */
  run: string;
  /** Sent again after an attempt of which nobody knows whether it arrived. */
  possibleDuplicate: boolean;
  /** Once sent: of the message, or of the public reply. Absent where Instagram said that it was there already. */
  instagramMessageId?: string;
  /** Why it failed or is unknown, as a stable code. */
  error?: string;
  createdAt: Date;
  updatedAt: Date;
}

const DAY_S = 86_400;
/** Far longer than a job can be retried: until then, the row is what keeps its action from running again. */
export const MESSAGE_RETENTION_S = 30 * DAY_S;

/** Written through the native collection: this declares the fields, their types and the indexes. */
export const messageSchema = new Schema<MessageDocument>(
  {
    _id: { type: String, required: true },
    job: { type: String, required: true },
    account: { type: String, required: true },
    person: { type: String, required: true },
    action: { type: Number, required: true },
    type: { type: String, required: true },
    automation: { type: String, required: true },
    event: String,
    comment: String,
    text: String,
    shown: Schema.Types.Mixed,
    status: { type: String, enum: messageStatuses, required: true },
    run: { type: String, required: true },
    possibleDuplicate: { type: Boolean, required: true },
    instagramMessageId: String,
    error: String,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'messages', versionKey: false },
);

// MessageRepository.wasSent
messageSchema.index(
  { instagramMessageId: 1 },
  { partialFilterExpression: { instagramMessageId: { $exists: true } }, name: 'instagram_message_id' },
);
// MessageRepository.unsettled and page
messageSchema.index({ account: 1, person: 1, createdAt: 1 }, { name: PERSON_INDEX });
// … and page
messageSchema.index({ createdAt: 1 }, { name: TIME_INDEX, expireAfterSeconds: MESSAGE_RETENTION_S });
