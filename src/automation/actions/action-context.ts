import type { ConnectedAccount } from '../../accounts/accounts.service.js';
import type { PersonalEvent } from '../answerable-event.js';
import type { TemplateValues } from '../templates/template.js';

/** What an action is run with. */
export interface ActionContext {
  /** Id of the job that the event came in. */
  job: string;
  signal: AbortSignal;
  event: PersonalEvent;
  account: ConnectedAccount;
  /** Id of the automation. */
  automation: string;
  /** Place among the automation's actions. */
  position: number;
  /** An earlier action of this job sent the private reply, the only one that its comment allows. */
  privatelyReplied: boolean;
  /** Looked up at most once for a job, and only when a text needs it. */
  contact: () => Promise<TemplateValues['contact']>;
}

/** Anything that goes wrong on Instagram's side is thrown as a `GraphError`. */
export type ActionResult =
  | { type: 'sent' }
  /** There was nothing to send, or nothing that may be sent. */
  | { type: 'skipped'; reason: string };
