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
import { AdminGuard } from '../http/admin.guard.js';
import type { Page } from '../http/paging.js';
import { ZodPipe } from '../http/zod.pipe.js';
import {
  AutomationListService,
  listAutomationsSchema,
  type ListAutomations,
  type ListedAutomation,
} from './automation-list.service.js';
import type { Automation, AutomationSettings } from './automation.types.js';
import { automationChangeSchema, automationSchema } from './automation.validation.js';
import { AutomationsService } from './automations.service.js';

@Controller('api/admin/automations')
@UseGuards(AdminGuard)
export class AutomationsController {
  constructor(
    private readonly automations: AutomationsService,
    private readonly lists: AutomationListService,
  ) {}

  @Post()
  create(@Body(new ZodPipe(automationSchema)) settings: AutomationSettings): Promise<Automation> {
    return this.automations.create(settings);
  }

  @Get()
  list(@Query(new ZodPipe(listAutomationsSchema)) query: ListAutomations): Promise<Page<ListedAutomation>> {
    return this.lists.page(query);
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

  /** A copy in the same account, switched off. */
  @Post(':id/duplicate')
  duplicate(@Param('id') id: string): Promise<Automation> {
    return this.automations.duplicate(id);
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string): Promise<void> {
    await this.automations.delete(id);
  }
}
