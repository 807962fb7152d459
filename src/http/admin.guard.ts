import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityConfig } from '../config/app-config.js';
import { adminTokenRequired, isAdmin } from './admin-token.js';

/** Lets through only requests with `Authorization: Bearer <ADMIN_TOKEN>`. */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(private readonly config: SecurityConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { authorization } = context.switchToHttp().getRequest<Request>().headers;
    if (!isAdmin(authorization, this.config.adminToken)) throw adminTokenRequired();
    return true;
  }
}
