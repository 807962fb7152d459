import type { Server } from 'node:http';

/** What a client may keep of the server by being slow, large or many. */
export const CLIENT_LIMITS = {
  /** Longer than the idle time of usual proxies (60 s), so that it is never this end that closes a connection in use. */
  keepAliveTimeout: 65_000,
  /** From the first byte, or from the connection where none comes, to the end of the headers. */
  headersTimeout: 15_000,
  /** To the end of the body: the largest is an import of 32 MB. Node looks every 30 s, so it may be that much later. */
  requestTimeout: 60_000,
  /** Of silence in both directions while an answer is due: a client that does not read. Streams send a sign of life sooner. */
  timeout: 300_000,
  /** Meta and browsers send some 20; Node drops those after it. It refuses more than 16 KB of them together with 431. */
  maxHeadersCount: 100,
  /** A connection that waits costs some 10 KB: with so many, others are refused before the memory is at its end. */
  maxConnections: 20_000,
} as const satisfies Partial<Server>;

export function limitClients(server: Server, limits: Partial<Server> = CLIENT_LIMITS): void {
  Object.assign(server, limits);
}
