import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AdminAccess } from './admin-access.js';
import { AdminTokens } from './admin-tokens.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuditLogController } from './audit/audit-log.controller.js';
import { AuditLogRepository } from './audit/audit-log.repository.js';
import { AUDIT_LOG_MODEL, auditLogSchema } from './audit/audit-log.schema.js';
import { AuditLogService } from './audit/audit-log.service.js';
import { EndedSessionRepository } from './ended-session.repository.js';
import { ENDED_SESSION_MODEL, endedSessionSchema } from './ended-session.schema.js';
import { ReadOnlyGuard } from './read-only.guard.js';
import { RouteEffect } from './route-effect.js';
import { SessionController } from './session.controller.js';
import { SessionSeal } from './session-seal.js';
import { SessionsService } from './sessions.service.js';
import { SignInTries } from './sign-in-tries.js';
import { TokenCheck } from './token-check.js';

/** Who may use the admin routes, and what they did there. */
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: AUDIT_LOG_MODEL, schema: auditLogSchema },
      { name: ENDED_SESSION_MODEL, schema: endedSessionSchema },
    ]),
  ],
  controllers: [SessionController, AuditLogController],
  providers: [
    AdminAccess,
    AdminTokens,
    AuditLogRepository,
    AuditLogService,
    EndedSessionRepository,
    RouteEffect,
    SessionSeal,
    SessionsService,
    SignInTries,
    TokenCheck,
    { provide: APP_GUARD, useClass: ReadOnlyGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
})
export class AccessModule {}
