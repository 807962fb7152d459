import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf } from '../../http/api-docs/json-schema.js';
import { roles, ways } from '../../http/caller.js';
import { pageQuerySchema, type Page } from '../../http/paging.js';
import { isRange, notARange, timeSchema } from '../../http/time.schema.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { AuditLogRepository } from './audit-log.repository.js';
import type { AuditLogDocument } from './audit-log.schema.js';
import { COMMAND } from './audit-log.service.js';

const text = z.string().min(1, 'must not be empty').max(200, 'must be 200 characters at most');
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const listSchema = z
  .strictObject({
    ...pageQuerySchema.shape,
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    role: oneOf([...roles, 'none']).optional(),
    token: text.optional(),
    address: text.optional(),
    method: oneOf(['POST', 'PUT', 'PATCH', 'DELETE', COMMAND]).optional(),
    route: text.optional(),
    target: text.optional(),
    result: oneOf(['done', 'refused']).optional(),
  })
  .refine(isRange, notARange);

const entrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    caller: z.object({ role: z.enum(roles), token: z.string(), via: z.enum(ways) }).nullable(),
    address: z.string(),
    method: z.string(),
    route: z.string(),
    target: z.string().nullable(),
    fields: z.array(z.string()),
    status: z.number(),
    code: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' });
type AuditEntryView = z.infer<typeof entrySchema>;

@Controller('api/admin/audit-log')
@UseGuards(AdminGuard)
export class AuditLogController {
  constructor(private readonly entries: AuditLogRepository) {}

  /** A page may be short and still have a next one. */
  @Get()
  @Documented({ summary: 'Changes and sign-ins, the newest first', answer: pageOf(entrySchema) })
  async list(
    @Query(new ZodPipe(listSchema)) { limit, cursor, ...filter }: z.infer<typeof listSchema>,
  ): Promise<Page<AuditEntryView>> {
    const { rows, nextCursor } = await this.entries.page(filter, limit, cursor);
    return { items: rows.map(toView), nextCursor };
  }
}

function toView(entry: AuditLogDocument): AuditEntryView {
  const { _id, at, caller, address, method, route, target, fields, status, code } = entry;
  const id = _id.toHexString();
  return { id, at: at.toISOString(), caller, address, method, route, target, fields, status, code };
}
