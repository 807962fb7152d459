import { Body, Controller, Delete, Get, HttpCode, Post, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { PhoneService, type Phone } from './phone.service.js';
import { SimulatorLog, type SimulatedPerson } from './simulator.log.js';
import { SimulatorReset, SimulatorService } from './simulator.service.js';
import {
  conversationQuerySchema,
  simulatedEventSchema,
  traceQuerySchema,
  type SimulatedEvent,
} from './simulator.validation.js';
import { peopleSchema, phoneSchema, sentSchema, tracesSchema } from './simulator.wire.js';
import { TraceService, type Trace } from './trace.service.js';

interface SentEvent {
  id: string;
  event: { kind: string; identity: string };
  /** How the webhook's endpoint answered. */
  status: number;
  answeredInMs: number;
  mid: string | null;
  comment: string | null;
}

/** Acts as customers on Instagram do. Only in the sandbox: elsewhere there are no such routes. */
@Controller('api/admin/simulator')
@UseGuards(AdminGuard)
export class SimulatorController {
  constructor(
    private readonly simulator: SimulatorService,
    private readonly phone: PhoneService,
    private readonly traces: TraceService,
    private readonly log: SimulatorLog,
    private readonly resets: SimulatorReset,
  ) {}

  @Get('people')
  @Documented({ summary: 'Customers to act as', answer: peopleSchema })
  people(): { items: SimulatedPerson[] } {
    return { items: this.log.listPeople() };
  }

  /** Makes a true, signed webhook and posts it to this server over HTTP. */
  @Post('events')
  @Documented({
    summary: 'Acts as a customer: posts a true, signed webhook to this server',
    answer: sentSchema,
  })
  @HttpCode(201)
  async send(@Body(new ZodPipe(simulatedEventSchema)) input: SimulatedEvent): Promise<SentEvent> {
    const { id, event, identity, status, answeredInMs } = await this.simulator.send(input);
    return {
      id,
      event: { kind: event.kind, identity },
      status,
      answeredInMs,
      mid: 'mid' in event ? (event.mid ?? null) : null,
      comment: 'commentId' in event ? (event.commentId ?? null) : null,
    };
  }

  /** What the person sees. */
  @Get('conversation')
  @Documented({ summary: 'What the customer sees on the phone', answer: phoneSchema })
  conversation(
    @Query(new ZodPipe(conversationQuerySchema))
    { account, person }: z.infer<typeof conversationQuerySchema>,
  ): Phone {
    return this.phone.read(account, person);
  }

  /** As if the person had never written. */
  @Delete('conversation')
  @Documented({ summary: 'Begins anew, as if the customer had never written' })
  @HttpCode(204)
  forget(
    @Query(new ZodPipe(conversationQuerySchema))
    { account, person }: z.infer<typeof conversationQuerySchema>,
  ): Promise<void> {
    return this.resets.forget(account, person);
  }

  /** What became of what the person did last, the newest first. */
  @Get('traces')
  @Documented({ summary: 'The whole way of what the customer did last', answer: tracesSchema })
  async trace(
    @Query(new ZodPipe(traceQuerySchema)) { account, person, limit }: z.infer<typeof traceQuerySchema>,
  ): Promise<{ items: Trace[] }> {
    return { items: await this.traces.read(account, person, limit) };
  }
}
