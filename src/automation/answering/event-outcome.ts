import { done, type JobResult } from '../../queue/job.types.js';

/** How an event ended: a closed set that operators filter by. */
export const eventResults = [
  'answered',
  'no_match',
  'ignored',
  'cooldown',
  'paused',
  'opted_out',
  'outside_window',
  'unknown_account',
  'failed',
] as const;

export type EventResult = (typeof eventResults)[number];

/** A type and not an interface: it must also pass as the queue's open record of details. */
export type EventOutcome = {
  result: EventResult;
  /** Id of the automation that answered, or would have. */
  automation?: string;
  /** A stable code. */
  reason?: string;
};

/** The event is done with, and this is what became of it. */
export const ended = (
  result: EventResult,
  details: { automation?: string | undefined; reason?: string | undefined } = {},
): JobResult => done(outcomeOf(result, details));

export const outcomeOf = (
  result: EventResult,
  { automation, reason }: { automation?: string | undefined; reason?: string | undefined } = {},
): EventOutcome => ({
  result,
  ...(automation !== undefined && { automation }),
  ...(reason !== undefined && { reason }),
});
