import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getConnectionToken } from '@nestjs/mongoose';
import { Types, type Connection } from 'mongoose';
import { Claimer } from '../../src/queue/claimer.js';
import type { JobDocument } from '../../src/queue/job.schema.js';
import { QueueTotalsRepository } from '../../src/queue/queue-totals.repository.js';
import { noChange, type QueueTotalsDocument } from '../../src/queue/queue-totals.schema.js';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

interface Listed {
  items: Record<string, unknown>[];
  nextCursor: string | null;
}

const START = Date.UTC(2026, 0, 1);

describe('the admin API of jobs', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
    await server.server.app.get(Claimer).stop();
  });

  afterAll(() => server?.close());

  beforeEach(async () => {
    await jobs().deleteMany({});
    const none = { $set: { jobs: noChange().jobs }, $inc: { moves: 1 } };
    await server.collection<QueueTotalsDocument>('queue_totals').updateOne({}, none);
  });

  const jobs = () => server.server.app.get<Connection>(getConnectionToken()).collection<JobDocument>('jobs');

  async function bury(count: number, fields: (n: number) => Partial<JobDocument> = () => ({})) {
    const dead = Array.from({ length: count }, (_, n): JobDocument => ({
      _id: new Types.ObjectId(),
      kind: 'message',
      status: 'dead',
      payload: { n },
      dedupKey: `key-${new Types.ObjectId().toHexString()}`,
      groupKey: `shop:${n}`,
      limitKey: 'shop',
      blocked: false,
      runAt: new Date(START),
      order: new Date(START),
      attempts: 3,
      rescues: 0,
      errors: [
        { at: new Date(START), attempt: 3, worker: 'host:1', code: 'graph_down', message: 'It (was) down' },
      ],
      outcome: { result: 'failed', reason: 'graph_down' },
      createdAt: new Date(START + n * 1000),
      finishedAt: new Date(START),
      expiresAt: new Date(Date.now() + 3_600_000),
      ...fields(n),
    }));
    await jobs().insertMany(dead);
    await server.server.app.get(QueueTotalsRepository).moved('pending', 'dead', count);
    return dead.map(({ _id }) => _id.toHexString());
  }

  const get = (path: string) => server.admin('GET', path) as Promise<Listed>;
  const post = (path: string, body: object = {}) =>
    server.admin('POST', path, body) as Promise<Record<string, unknown>>;
  const raw = (method: string, path: string, body?: string) =>
    fetch(`${server.url}/api/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${testSecrets.adminToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });

  it('shows a job with its errors, and its payload only by itself', async () => {
    const [id] = await bury(1);
    const { items } = await get('jobs?status=dead');
    expect(items).toEqual([
      {
        id,
        kind: 'message',
        status: 'dead',
        account: 'shop',
        conversation: 'shop:0',
        attempts: 3,
        rescues: 0,
        runAt: expect.any(String),
        blocked: false,
        worker: null,
        createdAt: expect.any(String),
        finishedAt: expect.any(String),
        errors: [expect.objectContaining({ code: 'graph_down', attempt: 3, worker: 'host:1' })],
        redrives: [],
        outcome: { result: 'failed', reason: 'graph_down' },
      },
    ]);
    expect(await server.admin('GET', `jobs/${id}`)).toMatchObject({ ...items[0], payload: { n: 0 } });
  });

  it.each([
    ['status=dead&kind=comment', [0]],
    ['account=other', [1]],
    ['conversation=shop:2', [2]],
    ['error=graph_denied', [3]],
    ['error=IT+(WAS)', [2, 1, 0]],
    ['error=.*', []],
    [`from=${new Date(START + 2000).toISOString()}`, [3, 2]],
    [`from=${new Date(START).toISOString()}&to=${new Date(START + 1000).toISOString()}`, [0]],
    ['status=completed', []],
  ])('filters by %s', async (query, expected) => {
    const ids = await bury(4, (n) => ({
      // Ids tell when they were made, and lists of some time begin there.
      _id: new Types.ObjectId(Types.ObjectId.generate(START / 1000 + n)),
      ...(n === 0 && { kind: 'comment' }),
      ...(n === 1 && { limitKey: 'other' }),
      ...(n === 3 && {
        errors: [{ at: new Date(), attempt: 1, worker: 'w', code: 'graph_denied', message: 'No' }],
      }),
    }));
    const { items } = await get(`jobs?${query}`);
    expect(items.map(({ id }) => ids.indexOf(id as string))).toEqual(expected);
  });

  it('pages through jobs that change meanwhile, showing each once', async () => {
    const ids = await bury(5);
    const first = await get('jobs?status=dead&limit=2');
    await post(`jobs/${ids[0]}/retry`);
    await bury(2);
    const second = await get(`jobs?status=dead&limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.slice(1).toReversed());
    expect(second.nextCursor).toBeNull();
  });

  it('redrives what fits, in order and paced, call by call; a dry run changes nothing', async () => {
    const ids = await bury(5, (n) => (n === 2 ? { kind: 'comment' } : {}));
    expect(await post('dead-letters/redrive', { kind: 'message', dryRun: true })).toEqual({
      dryRun: true,
      matched: 4,
    });
    expect(await jobs().countDocuments({ status: 'dead' })).toBe(5);
    const startAt = '2030-01-01T00:00:00.000Z';
    const first = await post('dead-letters/redrive', { kind: 'message', rate: 2, startAt, limit: 3 });
    expect(first).toEqual({ dryRun: false, redriven: 3, more: true, nextRunAt: '2030-01-01T00:00:01.500Z' });
    const second = await post('dead-letters/redrive', {
      kind: 'message',
      rate: 2,
      startAt: first['nextRunAt'],
    });
    expect(second).toMatchObject({ redriven: 1, more: false });
    const pending = await jobs().find({ status: 'pending' }).sort({ runAt: 1 }).toArray();
    expect(
      pending.map(({ _id, runAt }) => [_id.toHexString(), runAt.getTime() - Date.parse(startAt)]),
    ).toEqual([
      [ids[0], 0],
      [ids[1], 500],
      [ids[3], 1000],
      [ids[4], 1500],
    ]);
    const totals = await server.server.app.get(QueueTotalsRepository).read();
    expect(totals!.jobs).toMatchObject({ dead: 1 });
  });

  it('redrives those that were picked, and those that died of one error', async () => {
    const error = (code: string) => ({ at: new Date(START), attempt: 1, worker: 'w', code, message: code });
    const ids = await bury(4, (n) => ({
      errors: n < 2 ? [error('graph_down')] : [error('graph_down'), error('token_revoked')],
    }));
    const dryRun = true;
    expect(await post('dead-letters/redrive', { dryRun, lastError: 'graph_down' })).toMatchObject({
      matched: 2,
    });
    expect(await post('dead-letters/redrive', { dryRun, error: 'graph_down' })).toMatchObject({ matched: 4 });
    const picked = [ids[0], ids[3]];
    expect(await post('dead-letters/redrive', { ids: picked })).toMatchObject({ redriven: 2, more: false });
    expect(await post('dead-letters/discard', { ids })).toMatchObject({ discarded: 2 });
    const pending = await jobs().find({ status: 'pending' }).toArray();
    expect(pending.map(({ _id }) => _id.toHexString())).toEqual(picked);
  });

  it('groups dead jobs by what killed them', async () => {
    const died = (n: number) => new Date(START + n);
    await bury(5, (n) => ({
      finishedAt: died(n),
      ...(n > 2 && {
        kind: 'comment',
        limitKey: 'other',
        errors: [{ at: died(n), attempt: 1, worker: 'w', code: 'graph_denied', message: 'No' }],
      }),
    }));
    await bury(1, () => ({ errors: [] }));
    expect(await get('dead-letters/groups')).toEqual({
      lookedAt: 6,
      groups: [
        {
          code: 'graph_down',
          count: 3,
          message: 'It (was) down',
          kinds: ['message'],
          accounts: ['shop'],
          accountCount: 1,
          firstAt: died(0).toISOString(),
          lastAt: died(2).toISOString(),
        },
        expect.objectContaining({ code: 'graph_denied', count: 2, kinds: ['comment'], accounts: ['other'] }),
        expect.objectContaining({ code: null, count: 1, message: null }),
      ],
    });
  });

  it('discards dead jobs: nothing runs, the payload goes, redeliveries still are recognised', async () => {
    const [one] = await bury(3);
    expect(await post(`jobs/${one}/discard`)).toMatchObject({
      status: 'completed',
      outcome: { result: 'ignored', reason: 'discarded', by: 'admin' },
    });
    expect(await post('dead-letters/discard', { error: 'graph_down' })).toMatchObject({ discarded: 2 });
    for (const job of await jobs().find({}).toArray()) {
      expect(job).not.toHaveProperty('payload');
      expect(job.dedupKey).toBeDefined();
      expect(job.expiresAt!.getTime() - Date.now()).toBeGreaterThan(47 * 3_600_000);
    }
  });

  it.each([
    ['jobs?status=gone', 'status'],
    ['jobs?from=yesterday', 'from'],
    ['jobs?kind[$ne]=x', 'kind[$ne]'],
    ['jobs?limit=0', 'limit'],
    ['jobs?error=', 'error'],
    ['jobs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'to'],
  ])('refuses to list by %s', async (path, field) => {
    const answer = await raw('GET', path);
    expect(answer.status).toBe(422);
    expect((await errorOf(answer)).details![0]!.path).toBe(field);
  });

  it.each([[{ rate: 0 }], [{ ids: [] }], [{ kind: { $ne: '' } }], [{ limit: 0 }], [{ unknown: 1 }]])(
    'refuses to redrive with %j',
    async (body) => {
      const answer = await raw('POST', 'dead-letters/redrive', JSON.stringify(body));
      expect(answer.status).toBe(422);
      expect((await errorOf(answer)).details![0]!.path).toBe(Object.keys(body)[0]);
    },
  );

  it.each(['0123456789abcdef01234567', 'x', '{"$ne":null}'])('knows no job %s', async (id) => {
    const answer = await raw('GET', `jobs/${encodeURIComponent(id)}`);
    expect(answer.status).toBe(404);
    expect((await errorOf(answer)).code).toBe('job_not_found');
  });

  it('asks for the token before it looks at the body', async () => {
    const answer = await fetch(`${server.url}/api/admin/dead-letters/redrive`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"broken',
    });
    expect(answer.status).toBe(401);
    expect((await errorOf(answer)).code).toBe('admin_token_required');
    expect((await raw('POST', 'dead-letters/redrive', '{"broken')).status).toBe(400);
  });

  // The last one, since the queue runs from then on.
  it('redrives one job: the same document, new attempts, its errors and lineage kept, no longer to be deleted', async () => {
    const [id] = await bury(1);
    const before = await jobs().findOne({ _id: new Types.ObjectId(id) });
    expect(await post(`jobs/${id}/retry`)).toMatchObject({
      id,
      status: 'pending',
      attempts: 0,
      outcome: null,
    });
    const after = await jobs().findOne({ _id: new Types.ObjectId(id) });
    expect(after).toMatchObject({
      dedupKey: before!.dedupKey,
      payload: before!.payload,
      errors: before!.errors,
      createdAt: before!.createdAt,
      redrives: [{ by: 'admin', attemptsBefore: 3, at: expect.any(Date) }],
    });
    for (const field of ['expiresAt', 'finishedAt', 'outcome']) expect(after).not.toHaveProperty(field);
    const again = await raw('POST', `jobs/${id}/retry`);
    expect(again.status).toBe(409);
    expect((await errorOf(again)).code).toBe('job_not_dead');
    server.server.app.get(Claimer).start();
    for (;;) {
      const job = await jobs().findOne({ _id: new Types.ObjectId(id) });
      if (job!.attempts > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
});
