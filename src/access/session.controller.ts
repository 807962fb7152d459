import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ServerConfig } from '../config/app-config.js';
import { readBuildInfo } from '../config/build-info.js';
import { Documented } from '../http/api-docs/documented.decorator.js';
import { ChangesNothing } from '../http/changes-nothing.decorator.js';
import { callerOf, roles, type Role } from '../http/caller.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { otherOrigin } from './access.errors.js';
import { AuditLogService } from './audit/audit-log.service.js';
import { isCrossOrigin } from './same-origin.js';
import { SessionCookie } from './session-cookie.js';
import { SessionsService } from './sessions.service.js';
import { TokenCheck } from './token-check.js';

const signInSchema = z.strictObject({
  token: z.string('must be a token').min(1, 'must not be empty').max(500, 'must be 500 characters at most'),
});

const sessionViewSchema = z.object({ role: z.enum(roles), sandbox: z.boolean(), version: z.string() });
type SessionView = z.infer<typeof sessionViewSchema>;

/**
 * Signing in to the dashboard and out of it. Without a session nothing is told here but that there is none. Nothing is
 * changed but the caller's own session, which the audit log has from here.
 */
@ChangesNothing()
@Controller('api/admin/session')
export class SessionController {
  private readonly cookie: SessionCookie;
  private readonly version = readBuildInfo().version;

  constructor(
    private readonly server: ServerConfig,
    private readonly tokens: TokenCheck,
    private readonly sessions: SessionsService,
    private readonly audit: AuditLogService,
  ) {
    this.cookie = new SessionCookie(server.production);
  }

  @Get()
  @Documented({
    summary: 'Who is signed in',
    answer: z.union([sessionViewSchema, z.object({ role: z.null() })]),
    errors: { 401: 'wrong_token', 429: 'too_many_tries' },
  })
  read(@Req() request: Request): SessionView | { role: null } {
    const caller = callerOf(request);
    return caller ? this.view(caller.role) : { role: null };
  }

  @Post()
  @Documented({
    summary: 'Signs in with a token; the answer sets the cookie of a session',
    answer: sessionViewSchema,
    errors: { 401: 'wrong_token', 403: 'other_origin', 413: 'body_too_large', 429: 'too_many_tries' },
  })
  @HttpCode(200)
  async signIn(
    @Body(new ZodPipe(signInSchema)) body: z.infer<typeof signInSchema>,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionView> {
    if (isCrossOrigin(request, this.server.publicUrl)) throw otherOrigin();
    const token = await this.tokens.check(body.token, request);
    const { sealed, lifeMs } = this.sessions.begin(token);
    this.cookie.set(request, response, sealed, lifeMs);
    const caller = { role: token.role, token: token.fingerprint, via: 'session' } as const;
    await this.audit.record(request, { caller, status: 200 });
    return this.view(token.role);
  }

  @Delete()
  @Documented({ summary: 'Signs out: ends the session of the cookie', errors: { 403: 'other_origin' } })
  @HttpCode(204)
  async signOut(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const sealed = this.cookie.read(request);
    const caller = callerOf(request);
    if (sealed === undefined || !caller) return;
    await this.sessions.end(sealed);
    this.cookie.clear(request, response);
    await this.audit.record(request, { caller, status: 204 });
  }

  private view(role: Role): SessionView {
    return { role, sandbox: this.server.sandbox, version: this.version };
  }
}
