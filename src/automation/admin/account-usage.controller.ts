import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { SendUsageService, type SendUsage } from '../limits/send-usage.service.js';
import { AccountActivityService, type AccountActivity } from './account-activity.service.js';

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
  async read(
    @Param('instagramId') instagramId: string,
  ): Promise<{ quotas: SendUsage; activity: AccountActivity }> {
    await this.accounts.get(instagramId);
    const [quotas, activity] = await Promise.all([this.sends.of(instagramId), this.activity.of(instagramId)]);
    return { quotas, activity };
  }
}
