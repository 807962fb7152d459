import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityConfig } from '../config/app-config.js';
import { UnauthorizedError } from './http.errors.js';

/** Lets through only requests with `Authorization: Bearer <ADMIN_TOKEN>`. */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(config: SecurityConfig) {
    this.expected = digest(config.adminToken);
  }

  canActivate(context: ExecutionContext): boolean {
    const header = context.switchToHttp().getRequest<Request>().headers.authorization;
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
    // Digests have one length, so the comparison tells nothing about the token's.
    if (token === undefined || !timingSafeEqual(digest(token), this.expected)) {
      throw new UnauthorizedError('admin_token_required', 'Send the admin token as a bearer token.');
    }
    return true;
  }
}

const digest = (value: string) => createHash('sha256').update(value).digest();
