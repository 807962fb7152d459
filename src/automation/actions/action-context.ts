import type { Action } from '../automation.types.js';
import type { Run } from '../flows/run.js';
import type { TemplateValues } from '../templates/template.js';

/** What an action is run with. */
export interface ActionContext extends Run {
  /** Id of the automation. */
  automation: string;
  /** Its actions as they are stored, for what goes on later. */
  source: readonly Action[];
  /** Place among them. */
  position: number;
  /** An earlier action of this flow sent the private reply, the only one that its comment allows. */
  privatelyReplied: boolean;
  /** Looked up at most once for a job, and only when a text needs it. */
  contact: () => Promise<TemplateValues['contact']>;
}

/** Anything that goes wrong on Instagram's side is thrown as a `GraphError`. */
export type ActionResult =
  /** `privateReply`: it was the one of its comment. */
  | { type: 'sent'; privateReply?: boolean }
  /** Something changed that nobody sees. */
  | { type: 'done' }
  /** There was nothing to send, or nothing that may be sent. */
  | { type: 'skipped'; reason: string }
  /** The actions behind it run in another job, or never. */
  | { type: 'parted'; sent: boolean };

/** Runs the actions of its types. */
export interface ActionRunner<A = never> {
  readonly types: readonly string[];
  run(action: A, context: ActionContext): Promise<ActionResult>;
}
