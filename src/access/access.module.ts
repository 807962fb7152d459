import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { AdminAccess } from './admin-access.js';
import { AdminTokens } from './admin-tokens.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuditLogController } from './audit/audit-log.controller.js';
import { AuditLogModule } from './audit/audit-log.module.js';
import { EndedSessionRepository } from './ended-session.repository.js';
import { ENDED_SESSION_MODEL, endedSessionSchema } from './ended-session.schema.js';
import { ReadOnlyGuard } from './read-only.guard.js';
import { RouteEffect } from './route-effect.js';
import { SessionController } from './session.controller.js';
import { SessionSeal } from './session-seal.js';
import { SessionsService } from './sessions.service.js';
import { SignInTries } from './sign-in-tries.js';
import { TokenCheck } from './token-check.js';
import { UndeclaredQueryInterceptor } from './undeclared-query.interceptor.js';

/** Who may use the admin routes, and what they did there. */
@Module({
  imports: [
    AuditLogModule,
    MongooseModule.forFeature([{ name: ENDED_SESSION_MODEL, schema: endedSessionSchema }]),
  ],
  controllers: [SessionController, AuditLogController],
  providers: [
    AdminAccess,
    AdminTokens,
    EndedSessionRepository,
    RouteEffect,
    SessionSeal,
    SessionsService,
    SignInTries,
    TokenCheck,
    { provide: APP_GUARD, useClass: ReadOnlyGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
    // Behind the audit log's, which has what this one refuses.
    { provide: APP_INTERCEPTOR, useClass: UndeclaredQueryInterceptor },
  ],
})
export class AccessModule {}
