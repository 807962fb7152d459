import { containsText } from '../../database/contains-text.js';
import type { JobStatus } from '../job.schema.js';

/** Which jobs; everything that is given must hold. */
export interface JobFilter {
  status?: JobStatus;
  kind?: string;
  limitKey?: string;
  groupKey?: string;
  /** Stored at this time or later, and before that one. */
  from?: Date;
  to?: Date;
  /** The code of one of the job's errors, or part of its message in any case. */
  error?: string;
  /** The code of its last error. */
  lastError?: string;
  ids?: readonly string[];
}

/** As a query; values are only ever compared, never read as operators or patterns. */
export function toQuery(filter: JobFilter): Record<string, unknown> {
  const { status, kind, limitKey, groupKey, from, to, error, lastError } = filter;
  return {
    ...(status !== undefined && { status }),
    ...(kind !== undefined && { kind: { $eq: kind } }),
    ...(limitKey !== undefined && { limitKey: { $eq: limitKey } }),
    ...(groupKey !== undefined && { groupKey: { $eq: groupKey } }),
    ...((from || to) && { createdAt: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }),
    ...(error !== undefined && {
      $or: [{ 'errors.code': { $eq: error } }, { 'errors.message': containsText(error) }],
    }),
    ...(lastError !== undefined && {
      'errors.code': { $eq: lastError },
      $expr: { $eq: [{ $arrayElemAt: ['$errors.code', -1] }, { $literal: lastError }] },
    }),
  };
}
