import { Schema } from 'mongoose';

export const CONTACT_MODEL = 'Contact';

/** An automation that fired for this person and may not fire again before `until`. */
export interface Cooldown {
  until: Date;
  /** That fired it: when the same job runs again after a crash, it is not stopped by itself. */
  job: string;
}

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
  /** Last message, tap or story mention: opens Instagram's 24-hour window. Comments do not. */
  lastInboundAt?: Date;
  /** When Instagram was last asked for the profile, with or without an answer. */
  profileCheckedAt?: Date;
  /** By automation, or by `automation:media` for comments. */
  cooldowns?: Record<string, Cooldown>;
}

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
    lastInboundAt: Date,
    profileCheckedAt: Date,
    cooldowns: Schema.Types.Mixed,
  },
  { collection: 'contacts', versionKey: false, minimize: false },
);
