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
import { pageQuerySchema, toPage, type Page, type PageQuery } from '../http/paging.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { toAccountView, type AccountView } from './account.view.js';
import { AccountsService } from './accounts.service.js';
import { connectAccountSchema, updateAccountSchema } from './accounts.validation.js';

@Controller('api/admin/accounts')
@UseGuards(AdminGuard)
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post()
  async connect(
    @Body(new ZodPipe(connectAccountSchema)) body: z.infer<typeof connectAccountSchema>,
  ): Promise<AccountView> {
    return toAccountView(await this.accounts.connect(body.instagramId, body.username, body.accessToken));
  }

  @Get()
  async list(@Query(new ZodPipe(pageQuerySchema)) query: PageQuery): Promise<Page<AccountView>> {
    const accounts = await this.accounts.list(query.limit + 1, query.cursor);
    return toPage(accounts.map(toAccountView), query.limit);
  }

  @Get(':instagramId')
  async get(@Param('instagramId') instagramId: string): Promise<AccountView> {
    return toAccountView(await this.accounts.get(instagramId));
  }

  @Patch(':instagramId')
  async update(
    @Param('instagramId') instagramId: string,
    @Body(new ZodPipe(updateAccountSchema)) body: z.infer<typeof updateAccountSchema>,
  ): Promise<AccountView> {
    return toAccountView(await this.accounts.update(instagramId, body));
  }

  @Delete(':instagramId')
  @HttpCode(204)
  async disconnect(@Param('instagramId') instagramId: string): Promise<void> {
    await this.accounts.disconnect(instagramId);
  }
}
