import { Schema } from 'mongoose';

export const PARKED_KEY_MODEL = 'ParkedKey';

/** A `limitKey` whose jobs are not started for now. */
export interface ParkedKeyDocument {
  _id: string;
  /** Null: until it is released by hand. */
  until: Date | null;
  reason: string;
  at: Date;
}

export const parkedKeySchema = new Schema<ParkedKeyDocument>(
  { _id: String, until: Date, reason: String, at: Date },
  { collection: 'parked_keys', versionKey: false },
);
