import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../http/admin.guard.js';
import { pageQuerySchema, toPage, type Page } from '../http/paging.js';
import { ZodPipe } from '../http/zod.pipe.js';
import type { Automation, AutomationSettings } from './automation.types.js';
import { automationChangeSchema, automationSchema } from './automation.validation.js';
import { AutomationsService } from './automations.service.js';

const listQuerySchema = pageQuerySchema.extend({ account: z.string().optional() });

@Controller('api/admin/automations')
@UseGuards(AdminGuard)
export class AutomationsController {
  constructor(private readonly automations: AutomationsService) {}

  @Post()
  create(@Body(new ZodPipe(automationSchema)) settings: AutomationSettings): Promise<Automation> {
    return this.automations.create(settings);
  }

  @Get()
  async list(
    @Query(new ZodPipe(listQuerySchema)) query: z.infer<typeof listQuerySchema>,
  ): Promise<Page<Automation>> {
    return toPage(await this.automations.list(query), query.limit);
  }

  @Get(':id')
  get(@Param('id') id: string): Promise<Automation> {
    return this.automations.get(id);
  }

  @Put(':id')
  replace(
    @Param('id') id: string,
    @Body(new ZodPipe(automationSchema)) settings: AutomationSettings,
  ): Promise<Automation> {
    return this.automations.replace(id, settings);
  }

  @Patch(':id')
  change(
    @Param('id') id: string,
    @Body(new ZodPipe(automationChangeSchema)) change: Partial<AutomationSettings>,
  ): Promise<Automation> {
    return this.automations.change(id, change);
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string): Promise<void> {
    await this.automations.delete(id);
  }
}
