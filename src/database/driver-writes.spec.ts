import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { failWritesToClosedSockets } from './driver-writes.js';

failWritesToClosedSockets();

describe('a command written to a socket that is closing', () => {
  const sockets: Socket[] = [];
  const keep = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
  let client: MongoClient;

  beforeEach(async () => {
    subscribe('net.client.socket', keep);
    client = await MongoClient.connect(process.env['TEST_MONGODB_URI']!);
  });
  afterEach(async () => {
    unsubscribe('net.client.socket', keep);
    sockets.length = 0;
    await client.close();
  });

  it('fails, and the next one finds the server again', async () => {
    await client.db('admin').command({ ping: 1 });
    for (const socket of sockets) socket.destroy();
    await expect(client.db('admin').command({ ping: 1 })).rejects.toThrow('closed');
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});
