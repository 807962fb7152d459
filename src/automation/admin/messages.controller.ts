import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import type { Page } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { MessageRepository } from '../outbox/message.repository.js';
import { messageStatuses, type MessageDocument } from '../outbox/message.schema.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf, timeSchema } from '../../http/api-docs/json-schema.js';

const listSchema = z.object({
  account: z.string().optional(),
  person: z.string().optional(),
  job: z.string().optional(),
  automation: z.string().optional(),
  status: z.enum(messageStatuses, { error: `must be one of ${messageStatuses.join(', ')}` }).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.iso.datetime({ error: 'must be the nextCursor of the page before' }).optional(),
});

/** As {@link toView} answers it, on the wire. */
const messageViewSchema = z
  .object({
    id: z.string(),
    job: z.string(),
    account: z.string(),
    person: z.string(),
    action: z.int().describe("place among the automation's actions"),
    type: z.string(),
    automation: z.string(),
    comment: z.string().optional(),
    text: z.string().optional(),
    status: z.enum(messageStatuses),
    possibleDuplicate: z.boolean(),
    instagramMessageId: z.string().optional(),
    error: z.string().optional(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Message' });

/** The outbox, the newest first. */
@Controller('api/admin/messages')
@UseGuards(AdminGuard)
export class MessagesController {
  constructor(private readonly messages: MessageRepository) {}

  @Get()
  @Documented({ summary: 'What was sent, the newest first', answer: pageOf(messageViewSchema) })
  async list(
    @Query(new ZodPipe(listSchema)) { limit, cursor, ...filter }: z.infer<typeof listSchema>,
  ): Promise<Page<object>> {
    const rows = await this.messages.list(
      filter,
      limit + 1,
      cursor === undefined ? undefined : new Date(cursor),
    );
    const items = rows.slice(0, limit).map(toView);
    return { items, nextCursor: rows.length > limit ? rows[limit - 1]!.createdAt.toISOString() : null };
  }
}

const toView = ({ _id, run: _run, event: _event, ...message }: MessageDocument) => ({ id: _id, ...message });
