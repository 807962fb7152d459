import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseGuards,
} from '@nestjs/common';
import type { z } from 'zod';
import { AdminGuard } from '../http/admin.guard.js';
import { toPage, type Page } from '../http/paging.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { accountViewSchema, toAccountView, type AccountView } from './account.view.js';
import { AccountsService } from './accounts.service.js';
import { connectAccountSchema, listAccountsSchema, updateAccountSchema } from './accounts.validation.js';
import { Documented } from '../http/api-docs/documented.decorator.js';
import { pageOf } from '../http/api-docs/json-schema.js';

@Controller('api/admin/accounts')
@UseGuards(AdminGuard)
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post()
  @Documented({
    summary: 'Connects an account by its token',
    answer: accountViewSchema,
    errors: { 409: 'account_exists' },
  })
  async connect(
    @Body(new ZodPipe(connectAccountSchema)) body: z.infer<typeof connectAccountSchema>,
  ): Promise<AccountView> {
    return toAccountView(await this.accounts.connect(body.instagramId, body.username, body.accessToken));
  }

  @Get()
  @Documented({
    summary: 'Accounts in the order in which they were connected',
    answer: pageOf(accountViewSchema),
  })
  async list(
    @Query(new ZodPipe(listAccountsSchema)) query: z.infer<typeof listAccountsSchema>,
  ): Promise<Page<AccountView>> {
    const { limit, cursor, status, q } = query;
    const accounts = await this.accounts.list(limit + 1, cursor, { status, text: q || undefined });
    return toPage(accounts.map(toAccountView), limit);
  }

  @Get(':instagramId')
  @Documented({ summary: 'One account', answer: accountViewSchema, errors: { 404: 'account_not_found' } })
  async get(@Param('instagramId') instagramId: string): Promise<AccountView> {
    return toAccountView(await this.accounts.get(instagramId));
  }

  @Patch(':instagramId')
  @Documented({
    summary: 'Changes the fields named',
    answer: accountViewSchema,
    errors: { 404: 'account_not_found' },
  })
  async update(
    @Param('instagramId') instagramId: string,
    @Body(new ZodPipe(updateAccountSchema)) body: z.infer<typeof updateAccountSchema>,
  ): Promise<AccountView> {
    return toAccountView(await this.accounts.update(instagramId, body));
  }

  @Delete(':instagramId')
  @HttpCode(204)
  @Documented({ summary: 'Disconnects an account', errors: { 404: 'account_not_found' } })
  async disconnect(@Param('instagramId') instagramId: string): Promise<void> {
    await this.accounts.disconnect(instagramId);
  }
}
