import { Schema } from 'mongoose';
import { counterNames, noCounts, type Counts } from './queue-minute.schema.js';

export const QUEUE_TOTALS_MODEL = 'QueueTotals';

/** The states that figures tell apart: `pending` waits for its first run, `retrying` after a run that failed. */
export const countedStates = ['pending', 'retrying', 'processing', 'completed', 'dead'] as const;
export type CountedState = (typeof countedStates)[number];

/** How many jobs there are in each state. */
export type JobCounts = Record<CountedState, number>;

export const noJobs = (): JobCounts => ({ pending: 0, retrying: 0, processing: 0, completed: 0, dead: 0 });

/** Of a job that waits with so many attempts behind it. */
export const waitingState = (attempts: number): CountedState => (attempts > 0 ? 'retrying' : 'pending');

/** What changed since a process last wrote it down. */
export interface TotalsChange {
  /** By how much each count changed. */
  jobs: JobCounts;
  /** How many jobs changed their state. */
  moves: number;
  events: Counts;
}

export const noChange = (): TotalsChange => ({ jobs: noJobs(), moves: 0, events: noCounts() });

/** The one document of the collection: what the queue holds, kept by what each process says it changed. */
export interface QueueTotalsDocument {
  _id: string;
  jobs: JobCounts;
  /** Grows with every change of a job's state: equal at two times means that nothing was written in between. */
  moves: number;
  /** Everything that ever happened, by name. */
  events: Counts;
  /** Who looks after this time may count the jobs. */
  nextCountAt: Date;
  /** When the jobs were last counted and the totals found or put right. */
  countedAt: Date;
}

const numbers = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, Number]));

export const queueTotalsSchema = new Schema<QueueTotalsDocument>(
  {
    _id: String,
    jobs: numbers(countedStates),
    moves: Number,
    events: numbers(counterNames),
    nextCountAt: Date,
    countedAt: Date,
  },
  { collection: 'queue_totals', versionKey: false },
);
