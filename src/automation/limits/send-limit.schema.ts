import { Schema } from 'mongoose';
import type { ChunkedLimit } from '../../database/chunk-reservation.js';

export const SEND_LIMIT_MODEL = 'SendLimit';
export const SEND_RESERVATION_MODEL = 'SendReservation';

/** What is reserved of one limit of one account; its id is `account:bucket`. */
export interface SendLimitDocument extends ChunkedLimit {
  /** Chunks must begin so far apart, until `spacedUntil`. */
  spacingMs?: number;
  spacedUntil?: Date;
}

/** The place of a send that waits for its turn. */
export interface SendReservationDocument {
  /** Of the send. */
  _id: string;
  at: Date;
  expiresAt: Date;
}

export const sendLimitSchema = new Schema<SendLimitDocument>(
  {
    _id: { type: String, required: true },
    ends: { type: [Date], required: true },
    granted: { type: [Date], required: true },
    last: Date,
    spacingMs: Number,
    spacedUntil: Date,
    expiresAt: { type: Date, required: true },
  },
  { collection: 'send_limits', versionKey: false },
);

export const sendReservationSchema = new Schema<SendReservationDocument>(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'send_reservations', versionKey: false },
);

// Retention: the server deletes what is past its time.
sendLimitSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
sendReservationSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
