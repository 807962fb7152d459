import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { ContactWrites } from '../contacts/contact-writes.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledActionOf } from './compiled-action.js';

type ContactNote = CompiledActionOf<'add_tag' | 'remove_tag' | 'set_attribute'>;

/** Notes something about the person. Doing it twice is the same as once, so no row of the outbox is needed. */
@Injectable()
export class ContactNoteAction implements ActionRunner<ContactNote> {
  readonly types = ['add_tag', 'remove_tag', 'set_attribute'];

  constructor(
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly clock: Clock,
  ) {}

  async run(action: ContactNote, context: ActionContext): Promise<ActionResult> {
    const value = action.type === 'set_attribute' ? await renderText(action, context) : undefined;
    if (value === '') return { type: 'skipped', reason: 'empty_text' };
    await this.writes.untilWritten(context.job, () => this.note(action, context, value));
    return { type: 'done' };
  }

  private async note(action: ContactNote, { event }: ActionContext, value = ''): Promise<void> {
    const at = this.clock.date();
    switch (action.type) {
      case 'add_tag':
        return this.contacts.addTag(event, action.tag, at);
      case 'remove_tag':
        return this.contacts.removeTag(event, action.tag, at);
      case 'set_attribute':
        return this.contacts.setAttribute(event, action.name, value, at);
    }
  }
}
