import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TokenRefresher } from '../../src/accounts/login/token.refresher.js';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { MessageRepository } from '../../src/automation/outbox/message.repository.js';
import { TextRetention } from '../../src/automation/outbox/text-retention.js';
import { Claimer } from '../../src/queue/claimer.js';
import { ParkingService } from '../../src/queue/parking.service.js';
import { WorkerPool } from '../../src/queue/worker-pool.js';
import { TestServer } from '../support/test-server.js';

describe('a shutdown', () => {
  let release = () => {};
  let closing: Promise<void> | undefined;

  afterEach(async () => {
    release();
    await closing;
  });

  it('lets nothing be claimed and handlers end while other things are still under way, then waits for these', async () => {
    const server = await TestServer.start();
    const held = new Promise<void>((resolve) => (release = resolve));
    await Promise.all([server.get(TextRetention).sweep(), server.get(TokenRefresher).refreshDue()]);
    server.get(MessageRepository).dropTexts = () => held;
    server.get(AccountsService).claimRefresh = async () => {
      await held;
      return null;
    };
    server.get(ParkingService).idle = () => held;
    void server.get(TextRetention).sweep();
    void server.get(TokenRefresher).refreshDue();

    const pool = server.get(WorkerPool);
    const draining = new Promise<void>((resolve) => {
      const drain = pool.drain.bind(pool);
      pool.drain = (timeoutMs) => {
        resolve();
        return drain(timeoutMs);
      };
    });
    let closed = false;
    closing = server.close().then(() => void (closed = true));
    await draining;
    expect(server.get(Claimer).running).toBe(false);
    expect(closed).toBe(false);
    release();
    await closing;
  });

  it('does not wait for connections on which nothing was ever asked', async () => {
    const server = await TestServer.start({ SHUTDOWN_TIMEOUT_MS: '60000' });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const cut = once(socket, 'close');
    await server.close();
    await cut;
    expect(socket.destroyed).toBe(true);
  });
});
