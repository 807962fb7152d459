import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { ContactRepository } from '../../automation/contacts/contact.repository.js';
import { Clock } from '../../database/clock.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf } from '../../http/api-docs/json-schema.js';
import { NotFoundError } from '../../http/http.errors.js';
import type { Page } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { conversationSchema, listedConversationSchema } from './conversation.wire.js';
import { ConversationListService } from './conversation-list.service.js';
import { toConversationView, type ConversationView, type ListedConversation } from './conversation.view.js';
import { listConversationsSchema, threadSchema } from './conversations.validation.js';
import { RetentionTimes } from './retention-times.js';
import { ThreadService, type Thread } from './thread.service.js';
import type { Kept } from './thread.view.js';

/**
 * What accounts and people wrote to each other, and why not. Pauses, tags and attributes are changed by the routes of
 * contacts, which have the same ids.
 */
@Controller('api/admin/conversations')
@UseGuards(AdminGuard)
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationListService,
    private readonly threads: ThreadService,
    private readonly contacts: ContactRepository,
    private readonly retention: RetentionTimes,
    private readonly clock: Clock,
  ) {}

  /** The newest activity first. */
  @Get()
  @Documented({
    summary: 'Conversations, the newest activity first. A page may be short and still have a next one',
    answer: pageOf(listedConversationSchema),
  })
  list(
    @Query(new ZodPipe(listConversationsSchema)) query: z.infer<typeof listConversationsSchema>,
  ): Promise<Page<ListedConversation>> {
    return this.conversations.list(query);
  }

  /** One, with a page of its thread: the newest first. */
  @Get(':id')
  @Documented({
    summary: 'One conversation, with a page of its thread: what came in, what was sent, and why nothing was',
    answer: conversationSchema,
    errors: { 404: 'conversation_not_found' },
  })
  async get(
    @Param('id') id: string,
    @Query(new ZodPipe(threadSchema)) { limit, cursor }: z.infer<typeof threadSchema>,
  ): Promise<ConversationView & { thread: Thread; kept: Kept }> {
    const [account = '', person = ''] = id.split(':');
    const contact = await this.contacts.find(account, person);
    if (!contact) throw new NotFoundError('conversation_not_found', 'There is no such conversation.');
    const thread = await this.threads.read(contact, limit, cursor);
    return { ...toConversationView(contact, this.clock.date()), thread, kept: this.retention.now() };
  }
}
