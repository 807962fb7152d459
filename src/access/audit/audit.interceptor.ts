import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { catchError, concatMap, from, map, throwError, type Observable } from 'rxjs';
import { callerOf, type Caller } from '../../http/caller.js';
import { HttpError } from '../../http/http.errors.js';
import { RouteEffect } from '../route-effect.js';
import { AuditLogService } from './audit-log.service.js';

/** Records each change by an admin route, done or refused, before it is answered. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly effect: RouteEffect,
    private readonly audit: AuditLogService,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const caller = callerOf(request);
    if (!caller || !this.effect.mayChange(context)) return next.handle();
    return next.handle().pipe(
      concatMap((result: unknown) =>
        from(this.done(request, http.getResponse(), caller, result)).pipe(map(() => result)),
      ),
      catchError((error: unknown) =>
        from(this.failed(request, caller, error)).pipe(concatMap(() => throwError(() => error))),
      ),
    );
  }

  private done(request: Request, response: Response, caller: Caller, result: unknown): Promise<void> {
    return this.audit.record(request, { caller, status: response.statusCode, target: idOf(result) });
  }

  private failed(request: Request, caller: Caller, error: unknown): Promise<void> {
    const { statusCode, code } =
      error instanceof HttpError ? error : { statusCode: 500, code: 'internal_error' };
    return this.audit.record(request, { caller, status: statusCode, code });
  }
}

/** What was made says its id in the answer. */
function idOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { id, instagramId } = result as { id?: unknown; instagramId?: unknown };
  const found = instagramId ?? id;
  return typeof found === 'string' ? found : undefined;
}
