import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LimitedExpressAdapter } from './limited-express.adapter.js';
import { CLIENT_LIMITS, limitClients } from './server-limits.js';

/** The same limits, for tests that do not wait: how they are applied is what is tested. */
const SHORT = { ...CLIENT_LIMITS, headersTimeout: 100, requestTimeout: 200, maxConnections: 3 };

describe('a server', () => {
  let server: Server;
  let clients: Socket[];
  let drips: NodeJS.Timeout[];

  beforeEach(async () => {
    [clients, drips] = [[], []];
    const adapter = new LimitedExpressAdapter();
    adapter.initHttpServer();
    adapter.use((request: IncomingMessage, response: ServerResponse) => {
      request.resume().once('end', () => response.end('taken'));
    });
    server = limitClients(adapter.getHttpServer() as Server, SHORT);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    for (const timer of drips) clearInterval(timer);
    for (const client of clients) client.destroy();
    server.close();
  });

  async function open(begin = ''): Promise<Socket> {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    clients.push(client);
    await once(client, 'connect');
    client.on('error', () => client.destroy());
    client.write(begin);
    return client;
  }

  function drip(client: Socket, text: string): void {
    drips.push(setInterval(() => client.writable && client.write(text), 10));
  }

  /** All that it gets until it is cut off. */
  async function untilCut(client: Socket): Promise<string> {
    let answer = '';
    client.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    if (!client.closed) await once(client, 'close');
    return answer;
  }

  it('cuts off who says nothing', async () => {
    expect(await untilCut(await open())).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  });

  it('cuts off who never finishes the headers, though they keep coming', async () => {
    const client = await open('POST / HTTP/1.1\r\nHost: a\r\n');
    drip(client, 'X-More: 1\r\n');
    expect(await untilCut(client)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('cuts off who never finishes the body, though it keeps coming', async () => {
    const client = await open('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n');
    drip(client, 'x');
    expect(await untilCut(client)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('refuses connections above the limit, and takes them again when others are gone', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const held = await open();
    const [atServer] = await accepted;
    await open();
    await open();
    expect(await untilCut(await open('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))).toBe('');
    const gone = once(atServer, 'close');
    held.destroy();
    await gone;
    const next = await open('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await untilCut(next)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
