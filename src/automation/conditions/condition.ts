import type { Condition } from '../automation.types.js';
import { wasHeard, type ContactDocument } from '../contacts/contact.schema.js';

/** What conditions are judged by. */
export interface Facts {
  job: string;
  /** As it was before this event. */
  contact: ContactDocument | null;
  /** Null: Instagram gave no answer. Undefined: it was not asked. */
  follows?: boolean | null;
}

/** Whether a condition holds; `unknown` when it depends on what Instagram was not asked yet. */
export function judge(condition: Condition, { job, contact, follows }: Facts): boolean | 'unknown' {
  switch (condition.type) {
    case 'follows_account':
      return follows === undefined ? 'unknown' : (follows ?? true);
    case 'has_tag':
      return contact?.tags?.includes(condition.tag) ?? false;
    case 'lacks_tag':
      return !contact?.tags?.includes(condition.tag);
    case 'first_contact':
      return !wasHeard(contact) || contact?.firstJob === job;
    case 'attribute': {
      const { attributes } = contact ?? {};
      const value =
        attributes && Object.hasOwn(attributes, condition.name) ? attributes[condition.name] : undefined;
      return condition.op === 'exists' ? value !== undefined : value === condition.value;
    }
  }
}

/** Whether the answer may be another one when the same job runs again: because an action of its own changed it. */
export const mayChange = ({ type }: Condition): boolean => type !== 'first_contact';
