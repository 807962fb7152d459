import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { newestFirst, type ScannedPage } from '../../database/newest-first.js';
import type { Role } from '../../http/caller.js';
import { AUDIT_LOG_MODEL, type AuditLogDocument } from './audit-log.schema.js';

export interface AuditFilter {
  from?: Date | undefined;
  to?: Date | undefined;
  role?: Role | 'none' | undefined;
  token?: string | undefined;
  address?: string | undefined;
  method?: string | undefined;
  route?: string | undefined;
  target?: string | undefined;
  result?: 'done' | 'refused' | undefined;
}

@Injectable()
export class AuditLogRepository {
  constructor(@InjectModel(AUDIT_LOG_MODEL) private readonly entries: Model<AuditLogDocument>) {}

  async insert(entry: Omit<AuditLogDocument, '_id'>): Promise<void> {
    await this.entries.create(entry);
  }

  /** The newest first; see {@link newestFirst}. */
  page(
    filter: AuditFilter,
    limit: number,
    cursor: string | undefined,
  ): Promise<ScannedPage<AuditLogDocument>> {
    const { from, to } = filter;
    return newestFirst(this.entries.collection, {
      indexed: {},
      filter: conditions(filter),
      projection: {},
      limit,
      cursor,
      from,
      to,
    });
  }
}

function conditions({ from, to, role, token, result, ...exact }: AuditFilter): QueryFilter<AuditLogDocument> {
  const given = Object.entries(exact).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    ...((from ?? to) && { at: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }),
    ...(role === 'none' ? { caller: null } : role && { 'caller.role': role }),
    ...(token !== undefined && { 'caller.token': token }),
    ...(result && { status: result === 'done' ? { $lt: 400 } : { $gte: 400 } }),
  };
}
