import { Schema, type Types } from 'mongoose';

export const JOB_MODEL = 'Job';

/** An insert that violates it found its group busy. */
export const GROUP_LOCK_INDEX = 'group_lock';

export const jobStatuses = ['pending', 'processing', 'completed', 'dead'] as const;
export type JobStatus = (typeof jobStatuses)[number];

export interface JobError {
  at: Date;
  attempt: number;
  worker: string;
  code: string;
  message: string;
}

/** One time that a dead job was put back to pending. */
export interface JobRedrive {
  at: Date;
  by: string;
  /** Its count starts again. */
  attemptsBefore: number;
}

/** A job as it is stored. */
export interface JobDocument {
  _id: Types.ObjectId;
  kind: string;
  status: JobStatus;
  /** Shed once the job is completed. */
  payload?: unknown;
  dedupKey?: string;
  /** Only where the key counts for a window of time: the moment it counts from. */
  dedupAt?: Date;
  groupKey?: string;
  /**
   * The `groupKey`, present only on the one job of the group that may run now. Its unique index is what keeps two
   * processes from running two jobs of a group at once; no counter or lock document is needed that could leak.
   */
  groupLock?: string;
  /** When it got the lock; absent on one that took it at its insert. */
  lockedAt?: Date;
  /** Pending behind another job of its group, or parked: no claim looks at it. */
  blocked: boolean;
  limitKey?: string;
  /**
   * The `limitKey`, while the job is set aside because that is parked. It is `blocked` then, and keeps its group's lock.
   */
  parked?: string;
  /** Stored to run later: it is charged to the limit of its key when its time has come. */
  awaitsLimit?: boolean;
  /** Not to be started before. */
  runAt: Date;
  /** What claims go by: see claim-order.ts. */
  order: Date;
  /** How often it was started, not counting snoozes, hand-backs and lost leases. */
  attempts: number;
  /** How often its process was lost while it ran. */
  rescues: number;
  claimToken?: string;
  claimedAt?: Date;
  leaseUntil?: Date;
  worker?: string;
  errors: JobError[];
  redrives?: JobRedrive[];
  outcome?: { result: string; [detail: string]: unknown };
  /** Only while traces are on: the `traceparent` of what stored it. */
  trace?: string;
  createdAt: Date;
  finishedAt?: Date;
  expiresAt?: Date;
}

/**
 * `strict` with `Mixed` fields: documents are written through the native collection on the hot path, where casting
 * and hydration would cost more than the write; the schema declares names, types and indexes.
 */
export const jobSchema = new Schema<JobDocument>(
  {
    kind: { type: String, required: true },
    status: { type: String, enum: jobStatuses, required: true },
    payload: Schema.Types.Mixed,
    dedupKey: String,
    dedupAt: Date,
    groupKey: String,
    groupLock: String,
    lockedAt: Date,
    blocked: { type: Boolean, required: true },
    limitKey: String,
    parked: String,
    awaitsLimit: Boolean,
    runAt: { type: Date, required: true },
    order: { type: Date, required: true },
    attempts: { type: Number, required: true },
    rescues: { type: Number, required: true },
    claimToken: String,
    claimedAt: Date,
    leaseUntil: Date,
    worker: String,
    errors: [Schema.Types.Mixed],
    redrives: { type: [Schema.Types.Mixed], default: undefined },
    outcome: Schema.Types.Mixed,
    trace: String,
    createdAt: { type: Date, required: true },
    finishedAt: Date,
    expiresAt: Date,
  },
  { collection: 'jobs', versionKey: false, suppressReservedKeysWarning: true },
);

// JobIntakeRepository.insert: the insert itself is the deduplication.
jobSchema.index(
  { dedupKey: 1 },
  { unique: true, partialFilterExpression: { dedupKey: { $exists: true } }, name: 'dedup' },
);
// JobIntakeRepository.insert and JobGroupRepository.unblock: one job of a group at a time.
jobSchema.index(
  { groupLock: 1 },
  { unique: true, partialFilterExpression: { groupLock: { $exists: true } }, name: GROUP_LOCK_INDEX },
);
// JobGroupRepository.firstBlocked: who is next in each group.
jobSchema.index(
  { groupKey: 1, createdAt: 1, _id: 1 },
  { partialFilterExpression: { blocked: true }, name: 'group_waiting' },
);
// JobClaimRepository.claimBatch: due jobs in order; neither blocked nor finished ones are in it, so none are skipped.
jobSchema.index(
  { order: 1, _id: 1 },
  { partialFilterExpression: { status: 'pending', blocked: false }, name: 'claim_order' },
);
// ParkedKeyRepository.keysWithJobs and releaseJobs: what is set aside, in order.
jobSchema.index(
  { parked: 1, order: 1 },
  { partialFilterExpression: { parked: { $exists: true } }, name: 'parked' },
);
// JobClaimRepository.rescueExpired
jobSchema.index({ leaseUntil: 1 }, { partialFilterExpression: { status: 'processing' }, name: 'leases' });
// JobQueryRepository.page, and JobStatsRepository.counts.
jobSchema.index({ status: 1, _id: 1 }, { name: 'by_status' });
// JobStatsRepository.counts: only jobs between two attempts are in it, so that others cost nothing.
jobSchema.index(
  { status: 1, attempts: 1 },
  { partialFilterExpression: { status: 'pending', attempts: { $gt: 0 } }, name: 'retrying' },
);
// Retention: the server deletes what is past its time.
jobSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
