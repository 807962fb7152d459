import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import type { PauseAutomationAction as Pause } from '../automation.types.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { ContactWrites } from '../contacts/contact-writes.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';

/** Hands the conversation to a person: from the next event on, nothing answers until the time is up. */
@Injectable()
export class PauseAutomationAction implements ActionRunner<Pause> {
  readonly types = ['pause_automation'];

  constructor(
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly clock: Clock,
  ) {}

  async run({ ms }: Pause, { event, job }: ActionContext): Promise<ActionResult> {
    const now = this.clock.date();
    const until = this.clock.date(ms);
    await this.writes.untilWritten(job, () => this.contacts.pause(event, until, 'automation', now));
    return { type: 'done' };
  }
}
