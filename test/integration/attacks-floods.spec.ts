import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isHarmless, isRefused } from '../support/api-attacks.js';
import { AttackedServer } from '../support/attacked-server.js';
import { rawRequest } from '../support/raw-request.js';

let attacked: AttackedServer;

beforeAll(async () => {
  attacked = await AttackedServer.start();
});

afterAll(() => attacked?.close());

describe('a hostile client', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

  it.each(['automations', 'automations/validate', 'import'])(
    'can nest JSON as it likes, at %s',
    async (path) => {
      for (const body of [deep, `{"conditions":${deep},"contacts":${deep}}`]) {
        const answer = await attacked.call('POST', `/api/admin/${path}`, { body });
        expect(isRefused(answer) || isHarmless({ body: [] }, answer)).toBe(true);
      }
    },
  );

  it('can nest a signed delivery as it likes', async () => {
    for (const body of [deep, attacked.envelopeWith(deep)]) {
      expect(await attacked.deliverRaw(body)).toBeLessThan(500);
    }
    expect(await attacked.deliver('after-nesting')).toBe(200);
  });

  it('is refused with more than a megabyte for an admin route', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(1_000_001) });
    expect(await attacked.call('POST', '/api/admin/automations', { body })).toMatchObject({ status: 413 });
  });

  it('is refused or cut with a flood of headers', async () => {
    const many = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`x-${n}`, 'aaaaaaaaaa']));
    for (const headers of [many, { 'x-long': 'a'.repeat(20_000) }]) {
      const status = await rawRequest(`${attacked.url}/api/admin/jobs`, { headers }).then(
        (answer) => answer.status,
        () => 'cut',
      );
      expect([431, 'cut']).toContain(status);
    }
    expect(await attacked.deliver('after-headers')).toBe(200);
  });

  it('does not keep deliveries out by 200 requests that it never finishes', async () => {
    const { hostname, port } = new URL(attacked.url);
    const clients = Array.from({ length: 200 }, () => connect(Number(port), hostname));
    try {
      await Promise.all(
        clients.map(async (client) => {
          await once(client, 'connect');
          client.write('POST /api/webhooks/instagram HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{');
        }),
      );
      expect(await attacked.deliver('beside-slow-ones')).toBe(200);
    } finally {
      for (const client of clients) client.destroy();
    }
  });
});
