import type { Server } from 'node:http';

/** What a client may keep of the server by being slow, large or many. */
export const CLIENT_LIMITS = {
  /** Longer than the idle time of usual proxies (60 s), so that it is never this end that closes a connection in use. */
  keepAliveTimeout: 65_000,
  /** From the first byte, or from the connection where none comes, to the end of the headers. */
  headersTimeout: 15_000,
  /** To the end of the body: the largest is an import of 32 MB. */
  requestTimeout: 60_000,
  /** Of silence in both directions while an answer is due: a client that does not read. Streams send a sign of life sooner. */
  timeout: 300_000,
  /** Meta and browsers send some 20; Node drops those after it. It refuses more than 16 KB of them together with 431. */
  maxHeadersCount: 100,
  /** A slow client costs some 50 KB (docs/security.md): with so many, others are refused before the memory is at its end. */
  maxConnections: 20_000,
} as const satisfies Partial<Server>;

/**
 * How often the server looks for clients above `headersTimeout` and `requestTimeout`. Node's 30 s would let them stay that much longer,
 * and then cut off thousands in one go, while everybody else waits.
 */
export const CHECK_CLIENTS_EVERY_MS = 250;

export function limitClients(server: Server, limits: Partial<Server> = CLIENT_LIMITS): Server {
  return Object.assign(server, limits);
}
