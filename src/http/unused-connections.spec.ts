import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnusedConnections } from './unused-connections.js';

describe('UnusedConnections', () => {
  let server: Server;
  let unused: UnusedConnections;

  beforeEach(async () => {
    server = createServer();
    unused = new UnusedConnections(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** Both ends of a connection. */
  async function open(): Promise<{ client: Socket; accepted: Socket }> {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [accepted] = (await once(server, 'connection')) as [Socket];
    return { client, accepted };
  }

  it('are cut, but those in which a request has begun are not', async () => {
    const [silent, asking] = [await open(), await open()];
    asking.client.write('GET / HTTP/1.1\r\n');
    while (asking.accepted.bytesRead === 0) await new Promise((resolve) => setImmediate(resolve));
    unused.close(performance.now() + 60_000);
    expect([silent.accepted.destroyed, asking.accepted.destroyed]).toEqual([true, false]);
  });

  it('have a moment for their first request', async () => {
    const nowMs = performance.now();
    const { accepted } = await open();
    unused.close(nowMs);
    expect(accepted.destroyed).toBe(false);
  });
});
