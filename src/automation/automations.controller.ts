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
  listedAutomationSchema,
  type ListAutomations,
  type ListedAutomation,
} from './automation-list.service.js';
import type { AutomationChange, AutomationSettings } from './automation.types.js';
import { toAutomationView, type AutomationView } from './automation.view.js';
import { automationChangeSchema, automationSchema, automationViewSchema } from './automation.validation.js';
import { AutomationsService } from './automations.service.js';
import { Documented } from '../http/api-docs/documented.decorator.js';
import { pageOf } from '../http/api-docs/json-schema.js';

@Controller('api/admin/automations')
@UseGuards(AdminGuard)
export class AutomationsController {
  constructor(
    private readonly automations: AutomationsService,
    private readonly lists: AutomationListService,
  ) {}

  @Post()
  @Documented({ summary: 'Makes an automation', answer: automationViewSchema })
  async create(@Body(new ZodPipe(automationSchema)) settings: AutomationSettings): Promise<AutomationView> {
    return toAutomationView(await this.automations.create(settings));
  }

  @Get()
  @Documented({ summary: 'Automations, of all accounts or of one', answer: pageOf(listedAutomationSchema) })
  list(@Query(new ZodPipe(listAutomationsSchema)) query: ListAutomations): Promise<Page<ListedAutomation>> {
    return this.lists.page(query);
  }

  @Get(':id')
  @Documented({
    summary: 'One automation',
    answer: automationViewSchema,
    errors: { 404: 'automation_not_found' },
  })
  async get(@Param('id') id: string): Promise<AutomationView> {
    return toAutomationView(await this.automations.get(id));
  }

  @Put(':id')
  @Documented({
    summary: 'Replaces an automation',
    answer: automationViewSchema,
    errors: { 404: 'automation_not_found' },
  })
  async replace(
    @Param('id') id: string,
    @Body(new ZodPipe(automationSchema)) settings: AutomationSettings,
  ): Promise<AutomationView> {
    return toAutomationView(await this.automations.replace(id, settings));
  }

  @Patch(':id')
  @Documented({
    summary: 'Changes the fields named; null removes one',
    answer: automationViewSchema,
    errors: { 404: 'automation_not_found' },
  })
  async change(
    @Param('id') id: string,
    @Body(new ZodPipe(automationChangeSchema)) change: AutomationChange,
  ): Promise<AutomationView> {
    return toAutomationView(await this.automations.change(id, change));
  }

  /** A copy in the same account, switched off. */
  @Post(':id/duplicate')
  @Documented({
    summary: 'Makes a copy in the same account, switched off',
    answer: automationViewSchema,
    errors: { 404: 'automation_not_found' },
  })
  async duplicate(@Param('id') id: string): Promise<AutomationView> {
    return toAutomationView(await this.automations.duplicate(id));
  }

  @Delete(':id')
  @HttpCode(204)
  @Documented({ summary: 'Deletes an automation', errors: { 404: 'automation_not_found' } })
  async delete(@Param('id') id: string): Promise<void> {
    await this.automations.delete(id);
  }
}
