import { z } from 'zod';
import { eventResults, type EventOutcome } from '../answering/event-outcome.js';

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

/** The same on the wire. */
export const dryRunSchema = z
  .object({
    event: z.object({ kind: z.string(), account: z.string(), person: z.string().nullable() }),
    outcome: z.object({
      result: z.enum(eventResults),
      automation: z.string().optional(),
      reason: z.string().optional(),
    }),
    steps: z.array(
      z.object({
        step: z.enum(['event', 'account', 'conversation', 'question', 'match', 'cooldown', 'action']),
        automation: z.string().optional(),
        action: z.int().optional(),
        type: z.string().optional(),
        result: z.string(),
        reason: z.string().optional(),
        text: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'DryRun' });
