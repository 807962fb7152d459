import type { EventOutcome } from '../answering/event-outcome.js';

/** One thing that was looked at, and what came of it. */
export interface DryRunStep {
  step: 'event' | 'account' | 'conversation' | 'question' | 'match' | 'cooldown' | 'action';
  automation?: string;
  /** Place and type, with the step `action`. */
  action?: number;
  type?: string;
  /** A stable code. */
  result: string;
  reason?: string;
  /** What would be sent. */
  text?: string;
}

export interface DryRun {
  event: { kind: string; account: string; person: string | null };
  /** As far as it can be told without sending. */
  outcome: EventOutcome;
  steps: DryRunStep[];
}
