import { Schema } from 'mongoose';

export const QUEUE_PAUSE_MODEL = 'QueuePause';

/** The one document of the collection. */
export interface QueuePauseDocument {
  _id: string;
  paused: boolean;
  by: string;
  at: Date;
}

export const queuePauseSchema = new Schema<QueuePauseDocument>(
  { _id: String, paused: Boolean, by: String, at: Date },
  { collection: 'queue_pause', versionKey: false },
);
