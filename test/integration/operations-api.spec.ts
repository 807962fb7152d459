import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const DAY_MS = 86_400_000;
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

afterAll(() => server?.close());

const raw = (path: string) =>
  fetch(`${server.url}/api/admin/${path}`, {
    headers: { authorization: `Bearer ${testSecrets.adminToken}` },
  });

describe('the minutes of the queue', () => {
  const start = Date.UTC(2026, 0, 1, 12);
  const minute = (n: number) => new Date(start + n * 60_000);

  beforeAll(async () => {
    const counts = {
      completed: 4,
      retried: 2,
      dead: 1,
      duplicates: 3,
      deferred: 5,
      waits: { 0: 1, 3: 3 },
      runs: { 6: 4 },
    };
    const expiresAt = new Date(Date.now() + DAY_MS);
    await server.collection<{ _id: Date }>('queue_minutes').insertMany([
      { _id: minute(0), enqueued: 10, ...counts, expiresAt },
      { _id: minute(2), enqueued: 7, waits: { 3: 4 }, expiresAt },
      { _id: minute(3), enqueued: 100, expiresAt },
    ] as never);
  });

  const read = async (from: Date, to: Date, step = 1) =>
    (
      (await server.admin(
        'GET',
        `queue/minutes?from=${from.toISOString()}&to=${to.toISOString()}&step=${step}`,
      )) as { items: Record<string, unknown>[] }
    ).items;

  it('are all there, those without any event too', async () => {
    const items = await read(minute(0), minute(3));
    expect(items.map(({ at, in: into }) => [at, into])).toEqual([
      [minute(0).toISOString(), 10],
      [minute(1).toISOString(), 0],
      [minute(2).toISOString(), 7],
    ]);
    expect(items[0]).toMatchObject({ completed: 4, retried: 2, dead: 1, duplicates: 3, deferred: 5 });
    expect(items[0]!['runMs']).toEqual({ p50: 75, p95: 97.5, p99: 99.5 });
    expect(items[1]).toMatchObject({ completed: 0, waitMs: { p50: null, p95: null, p99: null } });
  });

  it('are put together in steps, percentiles over all of a step', async () => {
    const items = await read(new Date(start + 1), minute(4), 3);
    expect(items.map(({ in: into }) => into)).toEqual([17, 100]);
    expect(items[0]!['waitMs']).toMatchObject({ p50: expect.closeTo(7.1, 1) });
  });

  it('are those of the last hour when nothing else is asked for', async () => {
    const { items } = (await server.admin('GET', 'queue/minutes')) as { items: { at: string }[] };
    expect([60, 61]).toContain(items.length);
    expect(Date.now() - Date.parse(items.at(-1)!.at)).toBeLessThan(120_000);
  });

  it.each([
    ['from=yesterday', 'from'],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
    ['from=2026-01-01T00:00:00Z&to=2026-01-04T00:00:00Z', 'from'],
    ['step=0', 'step'],
    ['step[$gt]=1', 'step[$gt]'],
  ])('can not be asked for by %s', async (query, field) => {
    const answer = await raw(`queue/minutes?${query}`);
    expect(answer.status).toBe(422);
    expect((await errorOf(answer)).details![0]!.path).toBe(field);
  });
});

describe('what needs attention', () => {
  const read = () =>
    server.admin('GET', 'attention') as Promise<{ accounts: Record<string, unknown>[]; more: boolean }>;
  const change = (instagramId: string, fields: object) =>
    server.collection<{ instagramId: string }>('accounts').updateOne({ instagramId }, { $set: fields });

  beforeEach(async () => {
    await server.collection('accounts').deleteMany({});
    for (const [n, username] of ['one', 'two', 'three'].entries()) {
      const instagramId = `1784100000000000${n}`;
      await server.admin('POST', 'accounts', { instagramId, username, accessToken: 'IGAAtoken' });
    }
  });

  it('is nothing while all accounts can send', async () => {
    expect(await read()).toEqual({ accounts: [], more: false });
  });

  it('are accounts that can not send, and tokens that end', async () => {
    const all = (await server.admin('GET', 'accounts')) as { items: { instagramId: string }[] };
    const [one, two, three] = all.items.map(({ instagramId }) => instagramId) as [string, string, string];
    await change(one, { status: 'reconnect', statusReason: 'token_revoked' });
    await change(two, { tokenExpiresAt: new Date(Date.now() + DAY_MS) });
    await change(three, { status: 'throttled', throttledUntil: new Date(Date.now() + DAY_MS) });
    expect((await read()).accounts).toEqual([
      expect.objectContaining({ username: 'one', reasons: ['reconnect'], statusReason: 'token_revoked' }),
      expect.objectContaining({ username: 'two', reasons: ['token_expires'] }),
      expect.objectContaining({ username: 'three', reasons: ['throttled'] }),
    ]);
    expect(JSON.stringify(await read())).not.toContain('ciphertext');
    await change(two, { status: 'paused', tokenExpiresAt: new Date(0) });
    await change(three, { throttledUntil: new Date(0) });
    expect((await read()).accounts.map(({ reasons }) => reasons)).toEqual([
      ['reconnect'],
      ['paused', 'token_expired'],
    ]);
  });
});
