import type { Action } from '../automation.types.js';

/** Where the actions of one automation stand for one person: all that is needed to go on in another job. */
export interface FlowState {
  automation: string;
  /** As they were when the flow began. */
  actions: Action[];
  /** The next one to run. */
  position: number;
  /** The comment that began it has had its private reply. */
  privatelyReplied: boolean;
}
