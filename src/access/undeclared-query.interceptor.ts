import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { Request } from 'express';
import { throwError, type Observable } from 'rxjs';
import { callerOf } from '../http/caller.js';
import { ValidationError } from '../http/http.errors.js';

/**
 * Refuses query parameters on admin routes that declare none. Those that declare some refuse all others by their schema;
 * left alone, a filter that does not exist would look like one that everything fits.
 */
@Injectable()
export class UndeclaredQueryInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const names = Object.keys(request.query);
    if (names.length === 0 || !callerOf(request) || declaresQuery(context)) return next.handle();
    const details = names.map((path) => ({ path, message: 'is not a known field' }));
    return throwError(() => new ValidationError(details));
  }
}

function declaresQuery(context: ExecutionContext): boolean {
  const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as
    object | undefined;
  return Object.keys(args ?? {}).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}
