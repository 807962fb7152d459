import { Schema } from 'mongoose';
import type { ChunkedLimit } from '../database/chunk-reservation.js';

export const RATE_LIMIT_MODEL = 'RateLimit';

/** What all processes together have lately taken of one key's limit, in chunks. */
export interface RateLimitDocument extends ChunkedLimit {
  /** Up to when the key would be busy if it kept to an even pace. */
  ahead: Date;
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
