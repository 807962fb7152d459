import type { CallTarget } from './fault-plan.js';
import type { CallResult } from './send-calls.js';

export interface GraphRequest {
  method: string;
  /** Without the query, for example `/v25.0/17841400000000001/messages`. */
  path: string;
  query: URLSearchParams;
  token?: string;
  body: Record<string, unknown>;
}

/** A call that is understood, and what carries it out. */
export interface RoutedCall {
  target: CallTarget;
  carryOut: () => CallResult;
}
