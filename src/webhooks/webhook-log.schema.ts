import { Schema, type Types } from 'mongoose';

export const WEBHOOK_LOG_MODEL = 'WebhookLog';

export interface LoggedEvent {
  kind: string;
  account: string;
  person?: string | null;
  identity: string;
}

/** One delivery as it came, kept for a while so that it can be looked at and replayed. */
export interface WebhookLogDocument {
  _id: Types.ObjectId;
  receivedAt: Date;
  /** The bytes as they were signed; message texts are in them, so they go with the document at `expiresAt`. */
  body: Buffer;
  /** Which of the app secrets signed, counted from 0. */
  signedBy: number;
  /** `person` is null where nobody in particular did it, and absent in deliveries stored before it was kept. */
  events: LoggedEvent[];
  rejected: { at: string; reason: string }[];
  /** `account:person` of each conversation that it has an event of. */
  people: string[];
  expiresAt: Date;
}

export const webhookLogSchema = new Schema<WebhookLogDocument>(
  {
    receivedAt: { type: Date, required: true },
    body: { type: Buffer, required: true },
    signedBy: { type: Number, required: true },
    events: [Schema.Types.Mixed],
    rejected: [Schema.Types.Mixed],
    people: [String],
    expiresAt: { type: Date, required: true },
  },
  { collection: 'webhook_logs', versionKey: false },
);

// WebhookLogRepository.ofConversation
webhookLogSchema.index({ people: 1, _id: 1 }, { name: 'conversation' });
// Retention: the server deletes what is past its time.
webhookLogSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
