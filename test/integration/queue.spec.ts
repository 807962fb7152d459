import { afterEach, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { Claimer } from '../../src/queue/claimer.js';
import { discard, done, retry, snooze } from '../../src/queue/job.types.js';
import { QueueTimers } from '../../src/queue/queue-timers.js';
import { QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

describe('the queue', () => {
  const apps: QueueApp[] = [];

  async function start(environment: Record<string, string> = {}, config = testConfig(environment)) {
    const app = await QueueApp.start(config);
    apps.push(app);
    return app;
  }

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  it('runs each job once and sheds its payload when it is completed', async () => {
    const app = await start();
    app.handler.work = (job) => done({ result: 'answered', echo: job.payload });
    await app.queue.enqueue([
      { kind: 'work', payload: { n: 1 } },
      { kind: 'work', payload: { n: 2 } },
    ]);
    const jobs = await app.settled(2);
    expect(jobs.map(({ status, attempts, outcome }) => ({ status, attempts, outcome }))).toEqual([
      { status: 'completed', attempts: 1, outcome: { result: 'answered', echo: { n: 1 } } },
      { status: 'completed', attempts: 1, outcome: { result: 'answered', echo: { n: 2 } } },
    ]);
    for (const job of jobs) {
      expect(job).not.toHaveProperty('payload');
      expect(job).not.toHaveProperty('claimToken');
    }
    expect(app.handler.runs).toHaveLength(2);
  });

  it('stores a job once by its key, within one call, between calls and after it is completed', async () => {
    const app = await start();
    const job = { kind: 'work', payload: {}, dedupKey: 'message:1' };
    const first = await app.queue.enqueue([job, job]);
    await app.settled(1);
    const second = await app.queue.enqueue([job]);
    expect([...first, ...second].map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
    expect(second[0]!.id).toBeNull();
    expect(app.handler.runs).toHaveLength(1);
  });

  it('recognises a key with a window by the time of the event: near ones and redeliveries, not later ones', async () => {
    const app = await start();
    const at = (ms: number) => ({
      kind: 'work',
      payload: {},
      dedupKey: 'tap',
      dedupWindow: { ms: 10_000, at: new Date(1_700_000_000_000 + ms) },
    });
    const duplicates = [];
    for (const ms of [9_000, 9_000, 11_000, 19_500, 9_000]) {
      const [result] = await app.queue.enqueue([at(ms)]);
      duplicates.push(result!.duplicate);
    }
    expect(duplicates).toEqual([false, true, true, false, true]);
  });

  it('tries three times, keeps every error, then lets the job be dead with its payload', async () => {
    const app = await start();
    app.handler.work = (job) => retry('graph_transient', `attempt ${job.attempt} failed`);
    await app.queue.enqueue([{ kind: 'work', payload: { keep: true } }]);
    const [job] = await app.settled(1, 'dead');
    expect(job).toMatchObject({ status: 'dead', attempts: 3, payload: { keep: true } });
    expect(job!.errors.map(({ attempt, code, message }) => ({ attempt, code, message }))).toEqual([
      { attempt: 1, code: 'graph_transient', message: 'attempt 1 failed' },
      { attempt: 2, code: 'graph_transient', message: 'attempt 2 failed' },
      { attempt: 3, code: 'graph_transient', message: 'attempt 3 failed' },
    ]);
    expect(job!.outcome).toEqual({ result: 'failed', reason: 'graph_transient' });
  });

  it('takes whatever a handler throws for a retry', async () => {
    const app = await start();
    app.handler.work = (job) => {
      if (job.attempt === 1) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      return done();
    };
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const [job] = await app.settled(1);
    expect(job).toMatchObject({ status: 'completed', attempts: 2 });
    expect(job!.errors).toMatchObject([{ code: 'ECONNRESET', message: 'socket hang up' }]);
  });

  it('waits at least as long as the other side asked', async () => {
    const app = await start();
    app.handler.work = () => retry('throttled', 'later', 60_000);
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    await app.handler.begun(1);
    const [job] = await app.settled(1, 'pending');
    expect(job!.runAt.getTime() - job!.errors[0]!.at.getTime()).toBeGreaterThanOrEqual(60_000);
  });

  it('snoozes without spending an attempt', async () => {
    const app = await start();
    let snoozes = 0;
    app.handler.work = (job) =>
      ++snoozes <= 5 ? snooze(new Date(), 'quota') : done({ result: String(job.attempt) });
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const [job] = await app.settled(1);
    expect(job).toMatchObject({ attempts: 1, outcome: { result: '1' }, errors: [] });
  });

  it('runs a job again when it is due, and not at the next poll', async () => {
    const app = await start({ QUEUE_POLL_MS: '60000' });
    app.handler.work = ({ isFirstRun }) =>
      isFirstRun ? snooze(new Date(Date.now() + 100), 'quota') : done();
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    expect(await app.settled(1)).toMatchObject([{ status: 'completed', attempts: 1 }]);
  });

  it('does not try again what was discarded', async () => {
    const app = await start();
    app.handler.work = () => discard('graph_permission', 'no permission');
    await app.queue.enqueue([{ kind: 'work', payload: {} }]);
    const [job] = await app.settled(1, 'dead');
    expect(job).toMatchObject({ attempts: 1, errors: [{ code: 'graph_permission' }] });
  });

  it('runs the jobs of a group one at a time and in order, also when one must be retried', async () => {
    const app = await start();
    let running = 0;
    const finished: unknown[] = [];
    app.handler.work = async (job) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise(setImmediate);
      running -= 1;
      if (job.payload === 3 && job.attempt === 1) return retry('busy', 'again');
      finished.push(job.payload);
      return done();
    };
    const jobs = Array.from({ length: 20 }, (_, n) => ({ kind: 'work', payload: n, groupKey: 'chat' }));
    await app.queue.enqueue(jobs.slice(0, 10));
    for (const job of jobs.slice(10)) await app.queue.enqueue([job]);
    await app.settled(20);
    expect(finished).toEqual(jobs.map(({ payload }) => payload));
  });

  it('keeps a group in order over two processes, and lets other groups pass', async () => {
    const config = testConfig({ QUEUE_WORKERS: '4' });
    const [one, two] = [await start({}, config), await start({}, config)];
    const finished: Record<string, unknown[]> = { a: [], b: [], c: [] };
    const running = new Set<string>();
    for (const app of [one, two]) {
      app.handler.work = async (job) => {
        expect(running.has(job.groupKey!)).toBe(false);
        running.add(job.groupKey!);
        await new Promise(setImmediate);
        running.delete(job.groupKey!);
        finished[job.groupKey!]!.push(job.payload);
        return done();
      };
    }
    for (let n = 0; n < 30; n += 1) {
      const app = n % 2 === 0 ? one : two;
      await app.queue.enqueue(['a', 'b', 'c'].map((groupKey) => ({ kind: 'work', payload: n, groupKey })));
    }
    await one.settled(90);
    const inOrder = Array.from({ length: 30 }, (_, n) => n);
    expect(finished).toEqual({ a: inOrder, b: inOrder, c: inOrder });
  });

  it('fills no more slots than it has, and all of them when there is work', async () => {
    const app = await start({ QUEUE_WORKERS: '5' });
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    app.handler.work = async () => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => release.push(resolve));
      running -= 1;
      return done();
    };
    await app.queue.enqueue(Array.from({ length: 12 }, () => ({ kind: 'work', payload: {} })));
    for (let begun = 1; begun <= 12; begun += 1) {
      await app.handler.begun(begun);
      if (begun >= 5) release.shift()!();
    }
    for (const end of release) end();
    await app.settled(12);
    expect(most).toBe(5);
  });

  it('hands out again what a lost process held, and the lost worker can change nothing any more', async () => {
    const config = testConfig({ QUEUE_LEASE_MS: '1000' });
    const lost = await start({}, config);
    let comeBack = () => {};
    lost.handler.work = async (job) => {
      await new Promise<void>((resolve) => (comeBack = resolve));
      return done({ result: 'late', aborted: job.signal.aborted });
    };
    await lost.queue.enqueue([{ kind: 'work', payload: {} }]);
    await lost.handler.begun(1);
    // As if the process were frozen: its heartbeat stops, but it will wake up and try to finish.
    lost.module.get(QueueTimers).stop();
    await lost.jobs.updateMany({}, { $set: { leaseUntil: new Date(0) } });
    const rescuer = await start({}, config);
    rescuer.handler.work = () => done({ result: 'rescued' });
    const [job] = await rescuer.settled(1);
    comeBack();
    expect(job).toMatchObject({ attempts: 1, rescues: 1, outcome: { result: 'rescued' } });
    await lost.close();
    apps.splice(apps.indexOf(lost), 1);
    expect((await rescuer.settled(1))[0]).toMatchObject({ outcome: { result: 'rescued' } });
  });

  it('buries a job that took its process down three times', async () => {
    const app = await start();
    await app.jobs.insertOne({
      kind: 'work',
      status: 'processing',
      payload: {},
      blocked: false,
      runAt: new Date(),
      attempts: 1,
      rescues: 2,
      claimToken: 'gone',
      claimedAt: new Date(0),
      leaseUntil: new Date(0),
      worker: 'host:1',
      errors: [],
      createdAt: new Date(),
    } as never);
    const [job] = await app.settled(1, 'dead');
    expect(job).toMatchObject({ rescues: 3, errors: [{ code: 'worker_lost', worker: 'host:1' }] });
    expect(app.handler.runs).toHaveLength(0);
  });

  it('lets handlers finish at shutdown and gives the rest back unspent', async () => {
    const config = testConfig({ SHUTDOWN_TIMEOUT_MS: '50', QUEUE_LEASE_MS: '60000' });
    const app = await start({}, config);
    app.handler.work = async (job) => {
      if (job.payload === 'quick') return done();
      await new Promise((_, reject) => job.signal.addEventListener('abort', () => reject(job.signal.reason)));
      return done();
    };
    await app.queue.enqueue([
      { kind: 'work', payload: 'quick' },
      { kind: 'work', payload: 'slow' },
    ]);
    await app.handler.begun(2);
    await app.close();
    apps.splice(0);
    const next = await start({}, config);
    const jobs = await next.settled(2);
    expect(jobs.map(({ attempts, rescues }) => ({ attempts, rescues }))).toEqual([
      { attempts: 1, rescues: 0 },
      { attempts: 1, rescues: 0 },
    ]);
    expect(next.handler.runs.map(({ payload }) => payload)).toEqual(['slow']);
  });

  it('stores new jobs as claimed while slots are free for all that waits, also during a claim', async () => {
    const app = await start({ QUEUE_WORKERS: '50' });
    const claimer = app.module.get(Claimer);
    await app.until(async () => claimer.reservable === 50);
    const asStored: boolean[] = [];
    app.handler.work = async ({ id }) => {
      const job = await app.jobs.findOne({ _id: new Types.ObjectId(id) });
      asStored.push(job!.claimedAt!.getTime() === job!.createdAt.getTime());
      return done();
    };
    for (let wave = 0; wave < 10; wave += 1) {
      claimer.wake();
      await app.queue.enqueue([{ kind: 'work', payload: wave }]);
    }
    await app.settled(10);
    expect(asStored).toEqual(Array.from({ length: 10 }, () => true));
  });

  it('keeps slots for jobs that it stored unclaimed before newer ones', async () => {
    const app = await start({ QUEUE_WORKERS: '2' });
    await app.until(async () => app.module.get(Claimer).reservable === 2);
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    app.handler.work = async () => {
      await released;
      return done();
    };
    const work = (payload: string) => app.queue.enqueue([{ kind: 'work', payload }]);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await work(name);
    await app.handler.begun(2);
    release();
    await app.settled(6);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('runs handlers inside the call in direct mode, and retries afterwards', async () => {
    const app = await start({ QUEUE_ENABLED: 'false' });
    app.handler.work = (job) => (job.payload === 'fails' && job.attempt === 1 ? retry('x', 'x') : done());
    await app.queue.enqueue([
      { kind: 'work', payload: 'works' },
      { kind: 'work', payload: 'fails' },
    ]);
    expect(app.handler.runs.map(({ payload }) => payload).slice(0, 2)).toEqual(['works', 'fails']);
    expect(await app.jobs.countDocuments({ status: 'completed' })).toBeGreaterThanOrEqual(1);
    expect(await app.settled(2, 'completed')).toHaveLength(2);
  });

  it('puts a job for later behind the one of its group that runs when its time comes', async () => {
    const app = await start();
    let endFirst = () => {};
    app.handler.work = async (job) => {
      if (job.payload === 'first') await new Promise<void>((resolve) => (endFirst = resolve));
      return done();
    };
    await app.queue.enqueue([{ kind: 'work', payload: 'first', groupKey: 'chat' }]);
    await app.handler.begun(1);
    await app.queue.enqueue([
      { kind: 'work', payload: 'later', groupKey: 'chat', runAt: new Date(Date.now() + 50) },
    ]);
    await app.until(async () => (await app.jobs.countDocuments({ blocked: true })) === 1);
    endFirst();
    const jobs = await app.settled(2);
    expect(jobs.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['first', 'later']);
  });

  it('takes up jobs for later at their time, without holding up their group until then', async () => {
    const app = await start();
    await app.queue.enqueue([
      { kind: 'work', payload: 'later', groupKey: 'chat', runAt: new Date(Date.now() + 300) },
      { kind: 'work', payload: 'now', groupKey: 'chat' },
    ]);
    await app.settled(2);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['now', 'later']);
  });
});
