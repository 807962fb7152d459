import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { DeadLettersService } from '../../queue/dead-letters/dead-letters.service.js';
import {
  DeadLetterGroupsRepository,
  type DeadLetterGroup,
} from '../../queue/dead-letters/dead-letter-groups.repository.js';
import { discardSchema, redriveSchema, toJobFilter } from './jobs.validation.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { timeSchema } from '../../http/api-docs/json-schema.js';

const BY = 'admin';

const bulkAnswer = z.object({
  dryRun: z.boolean(),
  matched: z.int().optional().describe('of a dry run'),
  redriven: z.int().optional(),
  discarded: z.int().optional(),
  more: z.boolean().optional().describe('call again for the rest'),
  nextRunAt: timeSchema.optional().describe('the startAt of the next call'),
});

const groupsAnswer = z.object({
  groups: z.array(
    z.object({
      code: z.string().nullable().describe('of the last error; null: none is kept'),
      count: z.int(),
      message: z.string().nullable().describe('of one of them'),
      kinds: z.array(z.string()),
      accounts: z.array(z.string()).describe('some of them'),
      accountCount: z.int(),
      firstAt: timeSchema.nullable(),
      lastAt: timeSchema.nullable(),
    }),
  ),
  lookedAt: z.int().describe('so many of the newest were looked at'),
});

/** Dead jobs in bulk. A dry run only counts; a call that ends with `more: true` is repeated for the rest. */
@Controller('api/admin/dead-letters')
@UseGuards(AdminGuard)
export class DeadLettersController {
  constructor(
    private readonly deadLetters: DeadLettersService,
    private readonly repository: DeadLetterGroupsRepository,
  ) {}

  /** What killed the newest ones, the most frequent first. `lookedAt` tells how many were looked at. */
  @Get('groups')
  @Documented({ summary: 'What killed the newest dead jobs', answer: groupsAnswer })
  async groups(): Promise<{ groups: GroupView[]; lookedAt: number }> {
    const { groups, lookedAt } = await this.repository.groups();
    return { groups: groups.map(toGroupView), lookedAt };
  }

  @Post('redrive')
  @HttpCode(200)
  @Documented({ summary: 'Puts dead jobs back to pending, in bulk', answer: bulkAnswer })
  async redrive(@Body(new ZodPipe(redriveSchema)) body: z.infer<typeof redriveSchema>): Promise<object> {
    const { dryRun, limit, rate, startAt, ...filters } = body;
    const filter = toJobFilter(filters);
    if (dryRun) return { dryRun, matched: await this.deadLetters.count(filter) };
    const pace = { ...(rate !== undefined && { rate }), ...(startAt && { startAt }) };
    return { dryRun, ...(await this.deadLetters.redrive(filter, { by: BY, limit, ...pace })) };
  }

  @Post('discard')
  @HttpCode(200)
  @Documented({ summary: 'Is done with dead jobs, in bulk', answer: bulkAnswer })
  async discard(@Body(new ZodPipe(discardSchema)) body: z.infer<typeof discardSchema>): Promise<object> {
    const { dryRun, limit, ...filters } = body;
    const filter = toJobFilter(filters);
    if (dryRun) return { dryRun, matched: await this.deadLetters.count(filter) };
    return { dryRun, ...(await this.deadLetters.discard(filter, { by: BY, limit })) };
  }
}

const MAX_ACCOUNTS = 20;

/** Only some of the accounts are named. */
type GroupView = Omit<DeadLetterGroup, 'limitKeys'> & { accounts: string[]; accountCount: number };

const toGroupView = ({ limitKeys, ...group }: DeadLetterGroup): GroupView => ({
  ...group,
  accounts: limitKeys.slice(0, MAX_ACCOUNTS),
  accountCount: limitKeys.length,
});
