import type { Job, Outcome } from './job-views.js';

/** Shapes of the admin API's answers about webhook deliveries; times are ISO texts. */

export interface DeliveredEvent {
  kind: string;
  account: string;
  person?: string | null;
  identity: string;
}

export interface Delivery {
  id: string;
  receivedAt: string;
  /** Which of the app secrets signed, counted from 0. */
  signedBy: number;
  events: DeliveredEvent[];
  rejected: { at: string; reason: string }[];
  expiresAt: string;
}

export interface DeliveryDetails extends Omit<Delivery, 'events'> {
  /** Null: no longer kept. */
  events: (DeliveredEvent & { job: Job | null })[];
  body: unknown;
}

export interface DryRunStep {
  step: 'event' | 'account' | 'conversation' | 'question' | 'match' | 'cooldown' | 'action';
  automation?: string;
  action?: number;
  type?: string;
  result: string;
  reason?: string;
  text?: string;
}

export interface DryRun {
  event: { kind: string; account: string; person: string | null };
  outcome: Outcome;
  steps: DryRunStep[];
}
