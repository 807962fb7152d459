import { Schema, type Types } from 'mongoose';
import type { SealedToken } from './token.cipher.js';

export const ACCOUNT_MODEL = 'Account';

export const accountStatuses = ['active', 'paused', 'throttled', 'reconnect'] as const;

/**
 * `paused`: by the owner, or by Instagram's restriction. `throttled`: Instagram asked for a rest until `throttledUntil`.
 * `reconnect`: the token is expired or revoked.
 */
export type AccountStatus = (typeof accountStatuses)[number];

export interface AccountDocument {
  _id: Types.ObjectId;
  instagramId: string;
  username: string;
  status: AccountStatus;
  /** Why it is not active, as a stable code. */
  statusReason?: string;
  throttledUntil?: Date;
  token: SealedToken;
  /** Another id of the same account, by which Instagram speaks of it to this app alone. */
  appScopedId?: string;
  tokenExpiresAt?: Date;
  /** When the token is to be refreshed next. */
  refreshAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

const sealedTokenSchema = new Schema<SealedToken>(
  {
    keyId: { type: String, required: true },
    iv: { type: String, required: true },
    ciphertext: { type: String, required: true },
    tag: { type: String, required: true },
  },
  { _id: false },
);

export const accountSchema = new Schema<AccountDocument>(
  {
    instagramId: { type: String, required: true },
    username: { type: String, required: true },
    status: { type: String, enum: accountStatuses, required: true },
    statusReason: String,
    throttledUntil: Date,
    token: { type: sealedTokenSchema, required: true },
    appScopedId: String,
    tokenExpiresAt: Date,
    refreshAt: Date,
  },
  { collection: 'accounts', versionKey: false, timestamps: true },
);

// AccountRepository.find and its siblings; a second connection of the same account is a conflict.
accountSchema.index({ instagramId: 1 }, { unique: true, name: 'instagram_id' });
// AccountRepository.claimRefresh
accountSchema.index({ refreshAt: 1 }, { name: 'refresh' });
