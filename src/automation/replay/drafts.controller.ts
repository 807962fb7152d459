import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { ChangesNothing } from '../../http/changes-nothing.decorator.js';
import { ValidationError, type ErrorDetail } from '../../http/http.errors.js';
import { problemsOf, ZodPipe } from '../../http/zod.pipe.js';
import { automationSchema, settingsViewSchema } from '../automation.validation.js';
import { toAutomationView, type SettingsView } from '../automation.view.js';
import { AutomationsService } from '../automations.service.js';
import { dryRunSchema, type DryRun } from './dry-run.types.js';
import { TryService } from './try.service.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';

const trialSchema = z.strictObject({
  automation: automationSchema,
  id: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'must be the id of an automation')
    .optional(),
  text: z.string().max(5000, 'must have at most 5000 characters'),
});

export interface Validity {
  valid: boolean;
  /** Each wrong field. */
  details: ErrorDetail[];
  /** As it would be stored, defaults filled in; null when it is not valid. */
  automation: SettingsView | null;
}

/** The same on the wire. */
const validitySchema = z.object({
  valid: z.boolean(),
  details: z.array(z.object({ path: z.string(), message: z.string() })),
  automation: settingsViewSchema.nullable(),
});

/** What can be known of an automation before it is saved. */
@ChangesNothing()
@Controller('api/admin/automations')
@UseGuards(AdminGuard)
export class DraftsController {
  constructor(
    private readonly automations: AutomationsService,
    private readonly trials: TryService,
  ) {}

  /** 200 for wrong ones as well: asked with each key that is typed, a wrong field is no failure of the call. */
  @Post('validate')
  @HttpCode(200)
  @Documented({
    summary: 'What is wrong with an automation that is not saved',
    body: automationSchema,
    answer: validitySchema,
  })
  async validate(@Body() body: unknown): Promise<Validity> {
    const parsed = automationSchema.safeParse(body);
    const details = parsed.success
      ? await this.automations.problemsOf(parsed.data)
      : problemsOf(parsed.error);
    const valid = details.length === 0;
    return { valid, details, automation: valid && parsed.success ? toAutomationView(parsed.data) : null };
  }

  /** What the automation would do about a text, and why; as a dry run of a stored delivery tells it. */
  @Post('try')
  @HttpCode(200)
  @Documented({ summary: 'What an automation that is not saved would do about a text', answer: dryRunSchema })
  async try(@Body(new ZodPipe(trialSchema)) trial: z.infer<typeof trialSchema>): Promise<DryRun> {
    const problems = await this.automations.problemsOf(trial.automation);
    if (problems.length > 0) {
      throw new ValidationError(
        problems.map(({ path, message }) => ({ path: `automation.${path}`, message })),
      );
    }
    return this.trials.run(trial);
  }
}
