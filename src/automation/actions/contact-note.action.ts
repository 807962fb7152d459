import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { ContactRepository } from '../contacts/contact.repository.js';
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
    private readonly clock: Clock,
  ) {}

  async run(action: ContactNote, context: ActionContext): Promise<ActionResult> {
    const { event } = context;
    const at = this.clock.date();
    switch (action.type) {
      case 'add_tag':
        await this.contacts.addTag(event, action.tag, at);
        break;
      case 'remove_tag':
        await this.contacts.removeTag(event, action.tag, at);
        break;
      case 'set_attribute': {
        const value = await renderText(action, context);
        if (value === '') return { type: 'skipped', reason: 'empty_text' };
        await this.contacts.setAttribute(event, action.name, value, at);
        break;
      }
    }
    return { type: 'done' };
  }
}
