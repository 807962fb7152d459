import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditLogRepository } from './audit-log.repository.js';
import { AUDIT_LOG_MODEL, auditLogSchema } from './audit-log.schema.js';
import { AuditLogService } from './audit-log.service.js';

/** Who changed what: enough for the command line, which knows no requests. */
@Module({
  imports: [MongooseModule.forFeature([{ name: AUDIT_LOG_MODEL, schema: auditLogSchema }])],
  providers: [AuditLogRepository, AuditLogService],
  exports: [AuditLogRepository, AuditLogService],
})
export class AuditLogModule {}
