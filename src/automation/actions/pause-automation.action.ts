import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import type { PauseAutomationAction as Pause } from '../automation.types.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';

/** Hands the conversation to a person: from the next event on, nothing answers until the time is up. */
@Injectable()
export class PauseAutomationAction implements ActionRunner<Pause> {
  readonly types = ['pause_automation'];

  constructor(
    private readonly contacts: ContactRepository,
    private readonly clock: Clock,
  ) {}

  async run({ ms }: Pause, { event }: ActionContext): Promise<ActionResult> {
    await this.contacts.pause(event, this.clock.date(ms), 'automation', this.clock.date());
    return { type: 'done' };
  }
}
