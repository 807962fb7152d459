import { Schema } from 'mongoose';

export const AUTOMATION_DAY_MODEL = 'AutomationDay';

/** What one automation did on one day. */
export interface AutomationDayDocument {
  /** `automation:YYYY-MM-DD`, in UTC. */
  _id: string;
  automation: string;
  account: string;
  day: string;
  fired?: number;
  sent?: number;
  failed?: number;
  clicks?: number;
  /** By reason. */
  skipped?: Record<string, number>;
}

export const automationDaySchema = new Schema<AutomationDayDocument>(
  {
    _id: { type: String, required: true },
    automation: { type: String, required: true },
    account: { type: String, required: true },
    day: { type: String, required: true },
    fired: Number,
    sent: Number,
    failed: Number,
    clicks: Number,
    skipped: Schema.Types.Mixed,
  },
  { collection: 'automation_days', versionKey: false },
);
