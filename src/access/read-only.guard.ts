import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { callerOf } from '../http/caller.js';
import { readOnlyToken } from './access.errors.js';
import { AuditLogService } from './audit/audit-log.service.js';
import { RouteEffect } from './route-effect.js';

/** Stands before every route: a read-only token reaches none that may change something. */
@Injectable()
export class ReadOnlyGuard implements CanActivate {
  constructor(
    private readonly effect: RouteEffect,
    private readonly audit: AuditLogService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const caller = callerOf(request);
    if (caller?.role !== 'reader' || !this.effect.mayChange(context)) return true;
    const error = readOnlyToken();
    await this.audit.record(request, { caller, status: error.statusCode, code: error.code });
    throw error;
  }
}
