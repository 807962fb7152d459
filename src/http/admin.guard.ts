import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { callerOf } from './caller.js';
import { adminTokenRequired } from './http.errors.js';

/**
 * Lets through only requests whose token or session was found right. That was decided before the body was read; this
 * guard holds for a route that is reached in some other way.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (!callerOf(context.switchToHttp().getRequest<Request>())) throw adminTokenRequired();
    return true;
  }
}
