/**
 * What went wrong in a call to Instagram's Graph API, by what the caller should do about it:
 *
 * - `transient`: try again with backoff; the call may have been delivered all the same (`delivery`)
 * - `throttled`: leave this account alone until `retryAfterMs`; spends no attempt
 * - `token`: expired or revoked; park the account until it is reconnected; spends no attempt
 * - `restricted`: Instagram restricted the account or switched its messages off; pause it
 * - `outside_window`: more than 24 hours since the person's last message
 * - `unreachable`: this person can't be written to
 * - `not_found`: no such person, or the comment can't be answered in private
 * - `thread_taken`: another app holds the conversation
 * - `already_replied`: the one private reply was given before: counts as done
 * - `permission`: the app or token lacks a permission
 * - `invalid`: Instagram refused the request for another reason; permanent after the ordinary attempts
 */
export type GraphErrorKind =
  | 'transient'
  | 'throttled'
  | 'token'
  | 'restricted'
  | 'outside_window'
  | 'unreachable'
  | 'not_found'
  | 'thread_taken'
  | 'already_replied'
  | 'permission'
  | 'invalid';

export interface GraphErrorDetails {
  kind: GraphErrorKind;
  /** `refused`: Instagram did not carry it out. `unknown`: it may have. */
  delivery: 'refused' | 'unknown';
  httpStatus?: number;
  graphCode?: number;
  graphSubcode?: number;
  /** Instagram's own id for this call, to quote to its support. */
  traceId?: string;
  retryAfterMs?: number;
}

/** Never carries a token or a message text: it is logged and stored with the job. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly kind: GraphErrorKind;
  readonly delivery: 'refused' | 'unknown';
  readonly httpStatus?: number;
  readonly graphCode?: number;
  readonly graphSubcode?: number;
  readonly traceId?: string;
  readonly retryAfterMs?: number;

  constructor(message: string, details: GraphErrorDetails, options?: ErrorOptions) {
    super(message, options);
    this.kind = details.kind;
    this.delivery = details.delivery;
    this.httpStatus = details.httpStatus;
    this.graphCode = details.graphCode;
    this.graphSubcode = details.graphSubcode;
    this.traceId = details.traceId;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** A stable code for logs and dead letters, for example `graph_token`. */
  get code(): string {
    return `graph_${this.kind}`;
  }
}
