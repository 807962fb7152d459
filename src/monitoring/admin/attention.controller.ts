import { Controller, Get, UseGuards } from '@nestjs/common';
import type { AccountDocument } from '../../accounts/account.schema.js';
import { accountViewSchema, toAccountView, type AccountView } from '../../accounts/account.view.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Clock } from '../../database/clock.js';
import { AdminGuard } from '../../http/admin.guard.js';
import { z } from 'zod';
import { Documented } from '../../http/api-docs/documented.decorator.js';

/** Tokens of 60 days are refreshed when half of that is over: one with a week left was refused again and again. */
const TOKEN_ENDS_WITHIN_MS = 7 * 86_400_000;
/** Whoever has more of them looks into the list of accounts. */
const MAX_ACCOUNTS = 100;

const attentionReasons = ['reconnect', 'paused', 'throttled', 'token_expired', 'token_expires'] as const;
type AttentionReason = (typeof attentionReasons)[number];

/** What somebody should look at: a short list, often empty. */
@Controller('api/admin/attention')
@UseGuards(AdminGuard)
export class AttentionController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  /** Accounts that can't send now, or soon can't; `more` when there are others. */
  @Get()
  @Documented({
    summary: "Accounts that can't send now, or soon can't",
    answer: z.object({
      accounts: z.array(accountViewSchema.extend({ reasons: z.array(z.enum(attentionReasons)) })),
      more: z.boolean(),
    }),
  })
  async read(): Promise<{ accounts: (AccountView & { reasons: AttentionReason[] })[]; more: boolean }> {
    const now = this.clock.date();
    const found = await this.accounts.needingAttention(
      this.clock.date(TOKEN_ENDS_WITHIN_MS),
      MAX_ACCOUNTS + 1,
    );
    const accounts = found
      .map((account) => ({ ...toAccountView(account), reasons: reasonsOf(account, now) }))
      .filter(({ reasons }) => reasons.length > 0);
    return { accounts: accounts.slice(0, MAX_ACCOUNTS), more: found.length > MAX_ACCOUNTS };
  }
}

function reasonsOf(
  { status, throttledUntil, tokenExpiresAt }: AccountDocument,
  now: Date,
): AttentionReason[] {
  const reasons: AttentionReason[] = [];
  // Once its rest is over an account may send again, though nothing has written so yet.
  const rests = status === 'throttled' && (!throttledUntil || throttledUntil > now);
  if (status === 'reconnect' || status === 'paused' || rests) reasons.push(status as AttentionReason);
  if (tokenExpiresAt && status !== 'reconnect') {
    if (tokenExpiresAt <= now) reasons.push('token_expired');
    else if (tokenExpiresAt.getTime() - now.getTime() < TOKEN_ENDS_WITHIN_MS) reasons.push('token_expires');
  }
  return reasons;
}
