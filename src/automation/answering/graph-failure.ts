import type { GraphError } from '../../instagram/graph/graph.errors.js';
import { discard, retry, snooze, type JobResult } from '../../queue/job.types.js';
import { ended, outcomeOf } from './event-outcome.js';

/** What a failed call means for the account as a whole. */
export type AccountMark = { type: 'reconnect' } | { type: 'paused' } | { type: 'throttled'; untilMs: number };

export interface GraphFailure {
  result: JobResult;
  mark?: AccountMark;
}

/** When a job of an account that can't send is claimed again, to be set aside with the others. */
export const PARKED_RECHECK_MS = 1000;

/** Where Instagram does not say how long an account must rest. */
export const THROTTLED_MS = 60_000;

/** Whether it says something of the account as a whole, and so of the calls to come. */
export const concernsAccount = ({ kind }: GraphError): boolean =>
  kind === 'throttled' || kind === 'token' || kind === 'restricted';

/**
 * How a job goes on after a failed call, and what becomes of the account.
 *
 * @param automation id of the automation that answered, or else of the one whose action failed
 * @param sent whether an earlier action of the job was sent: then the event was answered, if only in part
 */
export function graphFailure(
  error: GraphError,
  { automation, sent, nowMs }: { automation: string; sent: boolean; nowMs: number },
): GraphFailure {
  const { code, message, kind } = error;
  const parked = snooze(new Date(nowMs + PARKED_RECHECK_MS), code);
  const end = (result: 'outside_window' | 'paused' | 'failed' | 'answered') => ({
    result: ended(sent ? 'answered' : result, { automation, reason: kind }),
  });
  switch (kind) {
    case 'transient':
    case 'invalid':
      return { result: retry(code, message, error.retryAfterMs) };
    case 'throttled': {
      const untilMs = nowMs + (error.retryAfterMs ?? THROTTLED_MS);
      return { result: snooze(new Date(untilMs), code), mark: { type: 'throttled', untilMs } };
    }
    case 'token':
      return { result: parked, mark: { type: 'reconnect' } };
    case 'restricted':
      return { result: parked, mark: { type: 'paused' } };
    case 'outside_window':
      return end('outside_window');
    case 'unreachable':
    case 'not_found':
      return end('failed');
    case 'thread_taken':
      return end('paused');
    case 'already_replied':
      return end('answered');
    case 'permission':
      return { result: discard(code, message, outcomeOf('failed', { automation, reason: kind })) };
  }
}
