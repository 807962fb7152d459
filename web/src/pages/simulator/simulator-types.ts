import type { OutboundEntry } from '../conversations/conversation-types.js';

export interface Person {
  person: string;
  username: string;
  name: string;
}

/** As `GET /api/admin/simulator/conversation` answers. */
export interface PhoneEntry {
  id: string;
  at: string;
  from: 'person' | 'account';
  kind: string;
  text: string | null;
  mid: string | null;
  comment: string | null;
  input?: { emoji?: string; ref?: string; attachment?: { type: string }; action?: string };
  content?: unknown;
}

export interface Phone {
  entries: PhoneEntry[];
  typing: boolean;
}

export interface TraceStep {
  step: string;
  automation?: string;
  type?: string;
  result: string;
  reason?: string;
  text?: string;
}

export interface Trace {
  id: string;
  kind: string;
  text: string | null;
  sentAt: string;
  webhook: { status: number; answeredInMs: number; delivery: string | null; receivedAt: string | null };
  event: { kind: string; identity: string };
  job: {
    id: string;
    status: string;
    attempts: number;
    createdAt: string;
    finishedAt: string | null;
    runAt: string;
    errors: { at: string; code: string; message: string }[];
  } | null;
  why: string | null;
  steps: TraceStep[];
  rules: { automation: string; name: string; verdict: string; why: string }[];
  sends: OutboundEntry[];
}

export interface Failure {
  kind: string;
  times: number | null;
}

/** What a customer does, without who and to whom. */
export type Act = { kind: string } & Record<string, string>;
