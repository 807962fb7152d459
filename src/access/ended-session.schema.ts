import { Schema } from 'mongoose';

export const ENDED_SESSION_MODEL = 'EndedSession';

/** A session that somebody signed out of, until it would have expired. */
export interface EndedSessionDocument {
  _id: string;
  expiresAt: Date;
}

export const endedSessionSchema = new Schema<EndedSessionDocument>(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true } },
  { collection: 'ended_sessions', versionKey: false },
);

// Retention: the server deletes what is past its time.
endedSessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
