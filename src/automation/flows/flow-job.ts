import { toActionView } from '../actions/webhook-secrets.js';
import type { PersonalEvent } from '../answerable-event.js';
import { REPLAY_JOB } from '../replay/replay-job.js';
import type { FlowState } from './flow-state.js';

/** Kind of the job that goes on with a flow after a wait. */
export const FLOW_JOB = 'flow';

/** Its payload. */
export interface FlowJob {
  /** That began the flow. */
  event: PersonalEvent;
  flow: FlowState;
}

/** Its payload as it is shown: without the secrets of its actions. */
export const shownFlowJob = ({ event, flow }: FlowJob): unknown => ({
  event,
  flow: { ...flow, actions: flow.actions.map(toActionView) },
});

/** What this module stores in the queue beside the events. */
export const automationJobKinds = [FLOW_JOB, REPLAY_JOB] as const;
