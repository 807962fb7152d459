import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { DeadLettersService } from '../../queue/dead-letters/dead-letters.service.js';
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

/** Dead jobs in bulk. A dry run only counts; a call that ends with `more: true` is repeated for the rest. */
@Controller('api/admin/dead-letters')
@UseGuards(AdminGuard)
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLettersService) {}

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
