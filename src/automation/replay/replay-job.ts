import type { InstagramEvent } from '../../instagram/instagram-event.js';

/** Kind of the job that runs an event again. */
export const REPLAY_JOB = 'replay';

/** Its payload. */
export interface ReplayJob {
  event: InstagramEvent;
  /** The event's own key, as its first job had it. */
  identity: string;
}
