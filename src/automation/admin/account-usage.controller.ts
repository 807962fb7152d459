import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';
import { SendUsageService, type SendUsage } from '../limits/send-usage.service.js';
import { AccountActivityService, type AccountActivity } from './account-activity.service.js';

const bucketSchema = z.object({
  limit: z.int(),
  windowMs: z.int(),
  used: z.int(),
  fullUntil: timeSchema.nullable().describe('from when the next one may be made; null: now'),
});

const usageSchema = z.object({
  quotas: z.object({
    text: bucketSchema,
    media: bucketSchema,
    privateReply: bucketSchema,
    calls: z.object({ percent: z.number(), at: timeSchema }).nullable(),
  }),
  activity: z.object({
    lastEventAt: timeSchema.nullable(),
    automations: z.object({ total: z.int(), enabled: z.int() }),
    contacts: z.int(),
    today: z.object({ fired: z.int(), sent: z.int(), failed: z.int() }).describe('in UTC'),
  }),
});

/** What an account has used and done: more than its list should have to read. */
@Controller('api/admin/accounts/:instagramId/usage')
@UseGuards(AdminGuard)
export class AccountUsageController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly sends: SendUsageService,
    private readonly activity: AccountActivityService,
  ) {}

  @Get()
  @Documented({
    summary: 'What an account has used of its limits, and what it did',
    answer: usageSchema,
    errors: { 404: 'account_not_found' },
  })
  async read(
    @Param('instagramId') instagramId: string,
  ): Promise<{ quotas: SendUsage; activity: AccountActivity }> {
    await this.accounts.get(instagramId);
    const [quotas, activity] = await Promise.all([this.sends.of(instagramId), this.activity.of(instagramId)]);
    return { quotas, activity };
  }
}
