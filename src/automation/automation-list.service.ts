import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../database/clock.js';
import { BAD_CURSOR, DEFAULT_PAGE_SIZE, type Page } from '../http/paging.js';
import { AutomationRepository } from './automation.repository.js';
import { triggerTypes, type Automation } from './automation.types.js';
import { toAutomationView, type AutomationView } from './automation.view.js';
import { automationViewSchema } from './automation.validation.js';
import { AutomationDayRepository } from './figures/automation-day.repository.js';

const CURSOR = /^(?:(-?\d{1,7})_)?([0-9a-f]{24})$/;

export const listAutomationsSchema = z
  .strictObject({
    account: z.string().optional(),
    enabled: z
      .enum(['true', 'false'], { error: 'must be true or false' })
      .transform((value) => value === 'true')
      .optional(),
    trigger: z.enum(triggerTypes, { error: `must be one of ${triggerTypes.join(', ')}` }).optional(),
    q: z.string().trim().max(100, 'must have at most 100 characters').optional(),
    sort: z.enum(['age', 'priority'], { error: 'must be one of age, priority' }).default('age'),
    figures: z.enum(['today'], { error: 'must be today' }).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(DEFAULT_PAGE_SIZE),
    cursor: z.string().regex(CURSOR, BAD_CURSOR).optional(),
  })
  .refine(({ sort, cursor }) => cursor === undefined || cursor.includes('_') === (sort === 'priority'), {
    path: ['cursor'],
    message: 'must be of a page in the same order',
  });

export type ListAutomations = z.infer<typeof listAutomationsSchema>;

export type ListedAutomation = AutomationView & {
  /** What it did today, by UTC; where it was asked for. */
  today?: { fired: number; sent: number; failed: number };
};

/** The same on the wire. */
export const listedAutomationSchema = automationViewSchema
  .extend({ today: z.object({ fired: z.int(), sent: z.int(), failed: z.int() }).optional() })
  .meta({ id: 'ListedAutomation' });

/** The list of automations, as an owner looks through it. */
@Injectable()
export class AutomationListService {
  constructor(
    private readonly automations: AutomationRepository,
    private readonly days: AutomationDayRepository,
    private readonly clock: Clock,
  ) {}

  async page(query: ListAutomations): Promise<Page<ListedAutomation>> {
    const { limit, sort } = query;
    const rows = await this.rows(query);
    const items = rows.slice(0, limit).map(toAutomationView);
    const last = items.at(-1);
    return {
      items: query.figures === undefined ? items : await this.withToday(items),
      nextCursor:
        rows.length > limit && last ? (sort === 'age' ? last.id : `${last.priority}_${last.id}`) : null,
    };
  }

  /** One more than the page's limit where there are as many, so that a last page is known without counting. */
  private rows({
    account,
    enabled,
    trigger,
    q,
    sort,
    limit,
    cursor,
  }: ListAutomations): Promise<Automation[]> {
    const filter = { account, enabled, trigger, text: q || undefined };
    if (sort === 'age') return this.automations.list(filter, limit + 1, cursor);
    const [, priority, id] = CURSOR.exec(cursor ?? '') ?? [];
    const after = id === undefined ? undefined : { priority: Number(priority), id };
    return this.automations.listByPriority(filter, limit + 1, after);
  }

  private async withToday(automations: AutomationView[]): Promise<ListedAutomation[]> {
    const day = this.clock.date().toISOString().slice(0, 10);
    const rows = await this.days.on(
      day,
      automations.map(({ id }) => id),
    );
    const byId = new Map(rows.map((row) => [row.automation, row]));
    return automations.map((automation) => {
      const { fired = 0, sent = 0, failed = 0 } = byId.get(automation.id) ?? {};
      return { ...automation, today: { fired, sent, failed } };
    });
  }
}
