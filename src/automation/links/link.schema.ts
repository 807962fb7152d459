import { Schema } from 'mongoose';

export const LINK_MODEL = 'Link';

/** Where a short address leads. Kept when its button is gone: it was sent to people. */
export interface LinkDocument {
  /** The slug. */
  _id: string;
  automation: string;
  account: string;
  url: string;
  clicks?: number;
}

export const linkSchema = new Schema<LinkDocument>(
  {
    _id: { type: String, required: true },
    automation: { type: String, required: true },
    account: { type: String, required: true },
    url: { type: String, required: true },
    clicks: Number,
  },
  { collection: 'links', versionKey: false },
);

// LinkRepository.of
linkSchema.index({ automation: 1, _id: 1 }, { name: 'automation' });
