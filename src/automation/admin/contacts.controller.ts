import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { DataErasure } from '../../accounts/login/data-erasure.js';
import { Clock } from '../../database/clock.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { NotFoundError } from '../../http/http.errors.js';
import { BAD_CURSOR, pageQuerySchema, type Page } from '../../http/paging.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { attributeNameSchema, MAX_ATTRIBUTE_LENGTH, tagSchema } from '../conditions/conditions.validation.js';
import { ContactListRepository } from '../contacts/contact-list.repository.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { ContactDocument } from '../contacts/contact.schema.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { pageOf } from '../../http/api-docs/json-schema.js';
import { contactSchema, toContactView } from '../contacts/contact.view.js';

const listSchema = z
  .strictObject({
    ...pageQuerySchema.shape,
    account: z.string().optional(),
    tag: z.string().optional(),
    /** A contact's id. */
    cursor: z
      .string()
      .regex(/^\d{1,32}:.{1,512}$/s, BAD_CURSOR)
      .optional(),
  })
  .refine(({ account, cursor }) => !account || !cursor || cursor.startsWith(`${account}:`), {
    path: ['cursor'],
    message: BAD_CURSOR,
  });

const changeSchema = z
  .strictObject({
    tags: z.array(tagSchema).max(100, 'must be at most 100').optional(),
    attributes: z.record(attributeNameSchema, z.string().max(MAX_ATTRIBUTE_LENGTH)).optional(),
    /** Null ends a pause. */
    pausedUntil: z.iso.datetime({ offset: true }).nullable().optional(),
    optedOut: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must name at least one field to change');

/** People, as the accounts know them. A contact's id is `account:person`. */
@Controller('api/admin/contacts')
@UseGuards(AdminGuard)
export class ContactsController {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly lists: ContactListRepository,
    private readonly erasure: DataErasure,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Documented({ summary: 'People, of all accounts or of one', answer: pageOf(contactSchema) })
  async list(
    @Query(new ZodPipe(listSchema)) { limit, cursor, ...filter }: z.infer<typeof listSchema>,
  ): Promise<Page<object>> {
    const { rows, nextCursor } = await this.lists.page(filter, limit, cursor);
    return { items: rows.map(toContactView), nextCursor };
  }

  @Get(':id')
  @Documented({ summary: 'One person', answer: contactSchema, errors: { 404: 'contact_not_found' } })
  async get(@Param('id') id: string): Promise<object> {
    return toContactView(await this.existing(id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Changes tags, attributes, pause or opt-out',
    answer: contactSchema,
    errors: { 404: 'contact_not_found' },
  })
  async change(
    @Param('id') id: string,
    @Body(new ZodPipe(changeSchema)) change: z.infer<typeof changeSchema>,
  ): Promise<object> {
    const contact = await this.existing(id);
    const { tags, attributes, pausedUntil, optedOut } = change;
    const now = this.clock.date();
    await this.contacts.edit(contact, { ...(tags && { tags }), ...(attributes && { attributes }) }, now);
    if (pausedUntil === null) await this.contacts.resume(contact, now);
    else if (pausedUntil !== undefined) {
      await this.contacts.pause(contact, new Date(pausedUntil), 'by_owner', now);
    }
    if (optedOut === true) await this.contacts.optOut(contact, now);
    if (optedOut === false) await this.contacts.endOptOut(contact, now);
    return toContactView(await this.existing(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Documented({
    summary: 'Deletes everything that is kept of a person under an account',
    errors: { 404: 'contact_not_found' },
  })
  async delete(@Param('id') id: string): Promise<void> {
    const { account, person } = await this.existing(id);
    await this.erasure.eraseConversation(account, person);
    // Last, so that a deletion which failed half way can be asked for again.
    await this.contacts.erase({ account, person });
  }

  private async existing(id: string): Promise<ContactDocument> {
    const [account = '', person = ''] = id.split(':');
    const contact = await this.contacts.find(account, person);
    if (!contact) throw new NotFoundError('contact_not_found', 'There is no such contact.');
    return contact;
  }
}
