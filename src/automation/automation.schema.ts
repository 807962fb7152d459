import { Schema, type Types } from 'mongoose';
import type { AutomationSettings } from './automation.types.js';

export const AUTOMATION_MODEL = 'Automation';
export const AUTOMATION_REVISION_MODEL = 'AutomationRevision';

export interface AutomationDocument extends AutomationSettings {
  _id: Types.ObjectId;
  createdAt: Date;
  updatedAt: Date;
}

/** What is `Mixed` here is checked by zod before they are stored: a second description here could only differ. */
export const automationMongooseSchema = new Schema<AutomationDocument>(
  {
    account: { type: String, required: true },
    name: { type: String, required: true },
    enabled: { type: Boolean, required: true },
    priority: { type: Number, required: true },
    continue: { type: Boolean, required: true },
    trigger: { type: Schema.Types.Mixed, required: true },
    conditions: { type: Schema.Types.Mixed, required: true, default: [] },
    actions: { type: Schema.Types.Mixed, required: true },
    cooldownMs: { type: Number, required: true },
    schedule: Schema.Types.Mixed,
  },
  { collection: 'automations', versionKey: false, minimize: false, timestamps: true },
);

// AutomationRepository.list and enabledOf.
automationMongooseSchema.index({ account: 1, _id: 1 }, { name: 'account' });

/** How often an account's automations changed: what other processes look at to see whether to read them again. */
export interface AutomationRevisionDocument {
  /** The account. */
  _id: string;
  revision: number;
}

export const automationRevisionSchema = new Schema<AutomationRevisionDocument>(
  { _id: { type: String, required: true }, revision: { type: Number, required: true } },
  { collection: 'automation_revisions', versionKey: false },
);
