import { Injectable } from '@nestjs/common';
import type { Request, RequestHandler } from 'express';
import { ServerConfig } from '../config/app-config.js';
import { bearerTokenOf } from '../http/bearer-token.js';
import { isWrite, setCaller, type Caller } from '../http/caller.js';
import { adminTokenRequired } from '../http/http.errors.js';
import { otherOrigin } from './access.errors.js';
import { AuditLogService } from './audit/audit-log.service.js';
import { isSameOrigin } from './same-origin.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { TokenCheck } from './token-check.js';

/** Where one signs in: the only admin route that strangers may call. */
const SESSION_PATH = /^\/session\/?$/i;

const OUR_SCHEME = /^bearer\b/i;

/**
 * Decides who may use the admin routes, before a body is read: what a stranger sends is nobody's business. What a caller
 * may do there is up to {@link ReadOnlyGuard}, which knows the route.
 */
@Injectable()
export class AdminAccess {
  private readonly cookie: SessionCookie;

  constructor(
    private readonly server: ServerConfig,
    private readonly tokens: TokenCheck,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLogService,
  ) {
    this.cookie = new SessionCookie(server.production);
  }

  /** To be mounted at `/api/admin`. */
  readonly admit: RequestHandler = async (request, response, next) => {
    // Answers hold what people wrote, and a cookie, unlike a token, tells caches on the way nothing of that.
    response.set('Cache-Control', 'no-store');
    await this.check(request);
    next();
  };

  private async check(request: Request): Promise<void> {
    const caller = await this.callerOf(request);
    if (!caller) {
      if (!SESSION_PATH.test(request.path)) throw adminTokenRequired();
      return;
    }
    if (caller.via === 'session' && isWrite(request) && !isSameOrigin(request, this.server.publicUrl)) {
      const error = otherOrigin();
      await this.audit.record(request, { caller, status: error.statusCode, code: error.code });
      throw error;
    }
    setCaller(request, caller);
  }

  private async callerOf(request: Request): Promise<Caller | undefined> {
    const { authorization } = request.headers;
    // A token counts in this header only: addresses end up in logs and histories. Other schemes are none of ours: a proxy
    // that asks for a password of its own passes it on with every request of the dashboard.
    if (authorization !== undefined && OUR_SCHEME.test(authorization)) {
      const token = bearerTokenOf(authorization);
      if (token === undefined) throw adminTokenRequired();
      const { role, fingerprint } = await this.tokens.check(token, request);
      return { role, token: fingerprint, via: 'bearer' };
    }
    const sealed = this.cookie.read(request);
    const session = sealed === undefined ? undefined : await this.sessions.find(sealed);
    return session && { role: session.token.role, token: session.token.fingerprint, via: 'session' };
  }
}
