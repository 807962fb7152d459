import type { Server } from 'node:http';

/** Longer than the idle time of usual proxies (60 s), so that it is never this end that closes a connection in use. */
const KEEP_ALIVE_MS = 65_000;
/** From the first byte, or from the connection where none comes, to the end of the headers. */
const HEADERS_TIMEOUT_MS = 15_000;
/** To the end of the body: the largest is an import of 32 MB. Node looks every 30 s, so it may be that much later. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Of silence in both directions while an answer is due: a client that does not read. Streams send a sign of life sooner. */
const SILENCE_TIMEOUT_MS = 300_000;
/** Meta and browsers send some 20. Node refuses those of more than 16 KB together with 431. */
const MAX_HEADERS = 100;
/** A connection that waits costs some 10 KB: with so many, others are refused before the memory is at its end. */
const MAX_CONNECTIONS = 20_000;

/** What a client may keep of the server by being slow, large or many. */
export function limitClients(server: Server): void {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.timeout = SILENCE_TIMEOUT_MS;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = MAX_CONNECTIONS;
}
