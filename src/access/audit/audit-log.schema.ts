import { Schema, type Types } from 'mongoose';
import type { Caller } from '../../http/caller.js';

export const AUDIT_LOG_MODEL = 'AuditLog';

/** One change by the admin routes or the command line, or one try. Names of fields are kept, never what was in them. */
export interface AuditLogDocument {
  _id: Types.ObjectId;
  at: Date;
  /** Null for whoever showed no right token. */
  caller: Caller | null;
  /** Where it came from, as far as the proxies in front are trusted. Of a command, the machine. */
  address: string;
  /** Of the request; `COMMAND` for a command of the command line. */
  method: string;
  /** As the program knows it, for example `/api/admin/jobs/:id/retry` or `reset-stuck-jobs`. */
  route: string;
  /** What it was about, for example the job's id; null for what is about none. */
  target: string | null;
  /** Names of what the body and, behind a question mark, the query held; or of a command's options. */
  fields: string[];
  status: number;
  /** Of the error, if it was one. */
  code: string | null;
  expiresAt: Date;
}

const caller = new Schema<Caller>({ role: String, token: String, via: String }, { _id: false });

export const auditLogSchema = new Schema<AuditLogDocument>(
  {
    at: { type: Date, required: true },
    caller: { type: caller, default: null },
    address: String,
    method: String,
    route: String,
    target: { type: String, default: null },
    fields: [String],
    status: Number,
    code: { type: String, default: null },
    expiresAt: { type: Date, required: true },
  },
  { collection: 'audit_log', versionKey: false },
);

// Retention: the server deletes what is past its time.
auditLogSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'retention' });
