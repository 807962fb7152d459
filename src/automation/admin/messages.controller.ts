import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf } from '../../http/api-docs/json-schema.js';
import type { Page } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { MessageRepository } from '../outbox/message.repository.js';
import { messageViewSchema, toMessageView, type MessageView } from './message.view.js';
import { listMessagesSchema } from './messages.validation.js';

/** The outbox, the newest first. */
@Controller('api/admin/messages')
@UseGuards(AdminGuard)
export class MessagesController {
  constructor(private readonly messages: MessageRepository) {}

  @Get()
  @Documented({ summary: 'What was sent, the newest first', answer: pageOf(messageViewSchema) })
  async list(
    @Query(new ZodPipe(listMessagesSchema)) query: z.infer<typeof listMessagesSchema>,
  ): Promise<Page<MessageView>> {
    const { limit, cursor, conversation, kind, ...filter } = query;
    const [account, person] = conversation?.split(':') ?? [filter.account, filter.person];
    const type = kind as MessageView['type'] | undefined;
    const { rows, nextCursor } = await this.messages.page(
      { ...filter, account, person, type },
      limit,
      cursor,
    );
    return { items: rows.map(toMessageView), nextCursor };
  }
}
