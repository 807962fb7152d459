import { Schema } from 'mongoose';
import type { KeyCount } from './top-keys.js';

export const QUEUE_MINUTE_MODEL = 'QueueMinute';

export const counterNames = [
  'enqueued',
  'duplicates',
  'completed',
  'retried',
  'snoozed',
  'deferred',
  'parked',
  'released',
  'rescued',
  'leasesLost',
  'dead',
] as const;

export type CounterName = (typeof counterNames)[number];
export type Counts = Record<CounterName, number>;

export const noCounts = (): Counts =>
  Object.fromEntries(counterNames.map((name) => [name, 0])) as unknown as Counts;

/** What became of the jobs of one kind. */
export interface KindCounts {
  completed: number;
  dead: number;
}

/** What all processes together did in one minute. */
export interface QueueMinuteDocument extends Partial<Counts> {
  /** The minute's beginning. */
  _id: Date;
  /** How many runs fell into each bucket of `duration-histogram.ts`, by the bucket's number. */
  waits?: Record<string, number>;
  runs?: Record<string, number>;
  kinds?: Record<string, Partial<KindCounts>>;
  /** The busiest limit keys, as each process saw them, by an id of the process. */
  top?: Record<string, KeyCount[]>;
  expiresAt: Date;
}

export const queueMinuteSchema = new Schema<QueueMinuteDocument>(
  {
    _id: Date,
    ...Object.fromEntries(counterNames.map((name) => [name, Number])),
    waits: Schema.Types.Mixed,
    runs: Schema.Types.Mixed,
    kinds: Schema.Types.Mixed,
    top: Schema.Types.Mixed,
    expiresAt: Date,
  },
  { collection: 'queue_minutes', versionKey: false },
);

// Retention: the server deletes what is past its time.
queueMinuteSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
