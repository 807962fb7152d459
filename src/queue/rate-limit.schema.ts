import { Schema } from 'mongoose';

export const RATE_LIMIT_MODEL = 'RateLimit';

/** What all processes together have lately taken of one key's limit, in chunks. */
export interface RateLimitDocument {
  /** The limit key. */
  _id: string;
  /** When each of the latest chunks was, or will be, used up or dropped; as many as make up the limit. */
  ends: Date[];
  /** When the last chunk that was handed out begins. */
  last: Date;
  /** Up to when the key would be busy if it kept to an even pace. */
  ahead: Date;
  /** When each chunk of the last reservation begins: the answer to whoever made it. */
  granted: Date[];
  expiresAt: Date;
}

export const rateLimitSchema = new Schema<RateLimitDocument>(
  {
    _id: String,
    ends: [Date],
    last: Date,
    ahead: Date,
    granted: [Date],
    expiresAt: Date,
  },
  { collection: 'rate_limits', versionKey: false },
);

// Retention: a key that was quiet for over a minute has its whole limit again.
rateLimitSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
