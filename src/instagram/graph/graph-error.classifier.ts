import type { IncomingHttpHeaders } from 'node:http';
import { GraphError } from './graph.errors.js';
import type { GraphErrorDetails, GraphErrorKind } from './graph.errors.js';
import { parseUsage } from './graph-usage.js';

/**
 * Codes whose meaning is certain, as `code/subcode`, `code` (with any subcode) or `any/subcode` (with any code); the
 * more exact entry wins. They count before `is_transient` and the HTTP status: throttling answers are marked transient too.
 * https://developers.facebook.com/docs/messenger-platform/error-codes
 */
const KNOWN: Readonly<Record<string, GraphErrorKind>> = {
  '4': 'throttled',
  '17': 'throttled',
  '32': 'throttled',
  '341': 'throttled',
  '613': 'throttled',
  '80002': 'throttled',
  '80006': 'throttled',
  '190': 'token',
  '102': 'token',
  '368': 'restricted',
  '10/1893063': 'restricted',
  '100/2534029': 'restricted',
  '200/2534041': 'restricted',
  '10/2534022': 'outside_window',
  '10/2018278': 'outside_window',
  '10/2018108': 'unreachable',
  '551': 'unreachable',
  '551/1545041': 'unreachable',
  '200/1545041': 'unreachable',
  '100/2534014': 'not_found',
  '100/2534025': 'not_found',
  '100/2534037': 'thread_taken',
  // Named without its code by some sources: taken as either.
  '2018300': 'thread_taken',
  'any/2018300': 'thread_taken',
  '10900': 'already_replied',
};

const TRANSIENT_CODES: ReadonlySet<number> = new Set([1, 2]);
const TOO_MANY_REQUESTS = 429;

const MEANINGS: Readonly<Record<GraphErrorKind, string>> = {
  transient: 'Instagram failed for the moment',
  throttled: 'the account has used up its calls for now',
  token: 'the access token has expired or was revoked',
  restricted: 'Instagram restricted the account or its messages are switched off',
  outside_window: 'the person last wrote more than 24 hours ago',
  unreachable: 'the person cannot be written to',
  not_found: 'no such person, or the comment cannot be answered in private',
  thread_taken: 'another app holds the conversation',
  already_replied: 'the comment already has its private reply',
  permission: 'the app or token lacks a permission',
  invalid: 'Instagram refused the request',
};

/** A stated wait above this is taken for a mistake: an account must not be parked for years by one header. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

interface ErrorFields {
  code?: number;
  subcode?: number;
  transient: boolean;
  traceId?: string;
}

/**
 * The error that an answer of Instagram's stands for: any answer with an `error` object, or with a status of 300 or more.
 * Instagram's own wording is left out on purpose: it may repeat the token ("Malformed access token …") or what was sent.
 */
export function classifyAnswer(
  status: number,
  headers: IncomingHttpHeaders,
  body: unknown,
  nowMs: number = Date.now(),
): GraphError {
  const fields = fieldsOf(body);
  const kind = kindOf(status, fields);
  const details: GraphErrorDetails = {
    kind,
    delivery: kind === 'transient' ? 'unknown' : 'refused',
    httpStatus: status,
    graphCode: fields.code,
    graphSubcode: fields.subcode,
    traceId: fields.traceId,
    retryAfterMs:
      kind === 'throttled' || kind === 'transient' ? statedWaitMs(headers, kind, nowMs) : undefined,
  };
  return new GraphError(describe(kind, details), details);
}

/** For a 2xx answer that is not what the call promises: the call was probably carried out. */
export function unreadableAnswer(status: number): GraphError {
  return new GraphError(`Instagram's answer could not be read (HTTP ${status})`, {
    kind: 'transient',
    delivery: 'unknown',
    httpStatus: status,
  });
}

/** For a call that got no whole answer. Until `written`, nothing of it had left this process. */
export function classifyFailure(cause: unknown, written: boolean): GraphError {
  const reason = written ? 'no answer came to a call that was sent' : 'the call could not be sent';
  return new GraphError(
    `Instagram could not be reached: ${reason}`,
    { kind: 'transient', delivery: written ? 'unknown' : 'refused' },
    { cause },
  );
}

function kindOf(status: number, { code, subcode, transient }: ErrorFields): GraphErrorKind {
  const known = KNOWN[`${code}/${subcode}`] ?? KNOWN[`${code}`] ?? KNOWN[`any/${subcode}`];
  if (known) return known;
  if (status === TOO_MANY_REQUESTS) return 'throttled';
  if (transient || status >= 500) return 'transient';
  if (code === undefined) return 'invalid';
  if (TRANSIENT_CODES.has(code)) return 'transient';
  if (code === 10 || code === 3 || (code >= 200 && code <= 299)) return 'permission';
  return 'invalid';
}

function fieldsOf(body: unknown): ErrorFields {
  const error = errorObject(body);
  if (!error) return { transient: false };
  return {
    code: integer(error.code),
    subcode: integer(error.error_subcode),
    transient: error.is_transient === true,
    // Checked, since it ends in logs and comes from outside.
    traceId:
      typeof error.fbtrace_id === 'string' && /^[\w-]{1,64}$/.test(error.fbtrace_id)
        ? error.fbtrace_id
        : undefined,
  };
}

/** The `error` member of an answer, where it has one. */
export function errorObject(body: unknown): Record<string, unknown> | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : undefined;
}

function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

/** `Retry-After` in seconds or as a date; for throttling also the longest time that the usage header states. */
function statedWaitMs(headers: IncomingHttpHeaders, kind: GraphErrorKind, nowMs: number): number | undefined {
  const stated = [retryAfterMs(headers['retry-after'], nowMs)];
  if (kind === 'throttled') {
    for (const { regainAccessMs } of parseUsage(headers).business) stated.push(regainAccessMs);
  }
  const longest = Math.max(...stated);
  return longest > 0 ? Math.min(longest, LONGEST_WAIT_MS) : undefined;
}

function retryAfterMs(value: string | undefined, nowMs: number): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : at - nowMs;
}

function describe(kind: GraphErrorKind, details: GraphErrorDetails): string {
  const { httpStatus, graphCode, graphSubcode } = details;
  const code = graphCode === undefined ? '' : `, code ${graphCode}`;
  const subcode = graphSubcode === undefined ? '' : `/${graphSubcode}`;
  return `${MEANINGS[kind]} (HTTP ${httpStatus}${code}${subcode})`;
}
