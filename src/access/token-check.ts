import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { tooManyTries, wrongToken } from './access.errors.js';
import { AdminTokens, type AdminToken } from './admin-tokens.js';
import { AuditLogService } from './audit/audit-log.service.js';
import { SignInTries } from './sign-in-tries.js';

/** Finds the token that somebody shows, in a header or to sign in. */
@Injectable()
export class TokenCheck {
  constructor(
    private readonly tokens: AdminTokens,
    private readonly tries: SignInTries,
    private readonly audit: AuditLogService,
  ) {}

  /** @throws 429 when too many wrong ones came from this address, else 401 when it is wrong; that is a try */
  async check(token: string, request: Request): Promise<AdminToken> {
    const address = request.ip ?? '';
    const waitSeconds = this.tries.retryAfterSeconds(address);
    if (waitSeconds !== undefined) throw tooManyTries(waitSeconds);
    const found = this.tokens.find(token);
    if (found) return found;
    this.tries.failed(address);
    const error = wrongToken();
    await this.audit.record(request, { status: error.statusCode, code: error.code });
    throw error;
  }
}
