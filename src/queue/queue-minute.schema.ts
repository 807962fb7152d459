import { Schema } from 'mongoose';

export const QUEUE_MINUTE_MODEL = 'QueueMinute';

export const counterNames = [
  'enqueued',
  'duplicates',
  'completed',
  'retried',
  'snoozed',
  'released',
  'rescued',
  'dead',
] as const;

export type CounterName = (typeof counterNames)[number];
export type Counts = Record<CounterName, number>;

export const noCounts = (): Counts =>
  Object.fromEntries(counterNames.map((name) => [name, 0])) as unknown as Counts;

/** What all processes together did in one minute. */
export interface QueueMinuteDocument extends Partial<Counts> {
  /** The minute's beginning. */
  _id: Date;
  expiresAt: Date;
}

export const queueMinuteSchema = new Schema<QueueMinuteDocument>(
  {
    _id: Date,
    ...Object.fromEntries(counterNames.map((name) => [name, Number])),
    expiresAt: Date,
  },
  { collection: 'queue_minutes', versionKey: false },
);

// Retention: the server deletes what is past its time.
queueMinuteSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
