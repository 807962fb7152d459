import { ApiError, type ErrorDetail } from './api-error.js';

/** `undefined`, `null` and empty strings are left out: a filter that is not set. */
export type Query = Record<string, string | number | boolean | null | undefined>;

interface Call {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** Another origin's page can't set it without asking first, and is refused then. */
const SAME_ORIGIN_HEADER = { 'X-Requested-With': 'ChatAutoDM' };

/**
 * The server's API below `/api/admin`, with the cookie of the session. Paths are given below it (`/jobs`).
 *
 * @throws {ApiError} when it refuses, or can't be reached
 */
export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown, query?: Query) => call<T>('POST', path, { body, query }),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, { body }),
  patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, { body }),
  delete: <T = undefined>(path: string) => call<T>('DELETE', path, {}),
};

/** `/api/admin` and the path with its query. */
export function apiUrl(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return `/api/admin${path}${given.length > 0 ? `?${search}` : ''}`;
}

async function call<T>(method: string, path: string, { query, body, signal }: Call): Promise<T> {
  const response = await fetch(apiUrl(path, query), {
    method,
    headers: {
      Accept: 'application/json',
      ...SAME_ORIGIN_HEADER,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
    credentials: 'same-origin',
    cache: 'no-store',
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', 'The server does not answer.');
  });
  if (!response.ok) throw await refusal(response);
  // An empty body (204) has no JSON.
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function refusal(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Partial<{
    code: string;
    message: string;
    details: ErrorDetail[];
  }>;
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ApiError(
    response.status,
    body.code ?? `http_${response.status}`,
    body.message ?? `The server answered ${response.status}.`,
    body.details,
    Number.isNaN(retryAfter) ? undefined : retryAfter,
  );
}
