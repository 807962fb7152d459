import { Schema } from 'mongoose';

export const LOGIN_STATE_MODEL = 'LoginState';
export const DATA_DELETION_MODEL = 'DataDeletion';

/** A login that was begun here and has not come back yet. */
export interface LoginStateDocument {
  /** SHA-256 of the state: who reads the database can finish no login with it. */
  _id: string;
  expiresAt: Date;
}

/** That somebody's data was deleted, for the page that Instagram links to. Nothing of the person is in it. */
export interface DataDeletionDocument {
  /** The confirmation code. */
  _id: string;
  deletedAt: Date;
  expiresAt: Date;
}

export const loginStateSchema = new Schema<LoginStateDocument>(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true } },
  { collection: 'login_states', versionKey: false },
);

export const dataDeletionSchema = new Schema<DataDeletionDocument>(
  {
    _id: { type: String, required: true },
    deletedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'data_deletions', versionKey: false },
);

// Retention: the server deletes what is past its time.
loginStateSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
dataDeletionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
