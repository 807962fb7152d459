import type { ConnectedAccount } from '../../accounts/accounts.service.js';
import type { RunningJob } from '../../queue/job.types.js';
import type { PersonalEvent } from '../answerable-event.js';
import type { ContactDocument } from '../contacts/contact.schema.js';

/** One event on its way to an answer. */
export interface Run {
  job: RunningJob<unknown>;
  event: PersonalEvent;
  account: ConnectedAccount;
  /** As it was before this event. */
  known: ContactDocument | null;
}
