import { Body, Controller, Delete, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { SimulatedFailures, type SimulatedFailure } from './simulated-failures.js';
import { failuresSchema } from './simulator.wire.js';
import { accountQuerySchema, failureSchema } from './simulator.validation.js';

/** What Instagram is to refuse, lose or delay from now on. */
@Controller('api/admin/simulator/failures')
@UseGuards(AdminGuard)
export class FailuresController {
  constructor(private readonly failures: SimulatedFailures) {}

  @Get()
  @Documented({ summary: 'Failures of Instagram that are switched on', answer: failuresSchema })
  list(@Query(new ZodPipe(accountQuerySchema)) { account }: z.infer<typeof accountQuerySchema>): {
    items: SimulatedFailure[];
  } {
    return { items: this.failures.list(account) };
  }

  @Post()
  @Documented({ summary: 'Has Instagram fail for an account', answer: failuresSchema })
  @HttpCode(200)
  switchOn(@Body(new ZodPipe(failureSchema)) { account, kind, times }: z.infer<typeof failureSchema>): {
    items: SimulatedFailure[];
  } {
    this.failures.switchOn(account, kind, times);
    return { items: this.failures.list(account) };
  }

  /** Ends them all, and has the account go on. */
  @Delete()
  @Documented({ summary: 'Ends all failures of an account, and has it go on' })
  @HttpCode(204)
  reset(
    @Query(new ZodPipe(accountQuerySchema)) { account }: z.infer<typeof accountQuerySchema>,
  ): Promise<void> {
    return this.failures.reset(account);
  }
}
