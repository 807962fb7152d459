import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { discard, done, retry, snooze, type JobResult } from '../../src/queue/job.types.js';
import { JobStatsRepository } from '../../src/queue/job-stats.repository.js';
import { QueueCounters } from '../../src/queue/queue-counters.js';
import { QueueStatsService } from '../../src/queue/queue-stats.service.js';
import { QueueTotalsReconciler } from '../../src/queue/queue-totals.reconciler.js';
import { QueueTotalsRepository } from '../../src/queue/queue-totals.repository.js';
import { countedStates, type JobCounts } from '../../src/queue/queue-totals.schema.js';
import { QueueMinuteRepository } from '../../src/queue/queue-minute.repository.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

const results: Record<string, (attempt: number) => JobResult> = {
  done: () => done(),
  dead: () => discard('no', 'no'),
  retried: (attempt) => (attempt === 1 ? retry('again', 'again') : done()),
  spent: () => retry('again', 'again'),
  waiting: () => retry('later', 'later', 3_600_000),
  snoozed: () => snooze(new Date(Date.now() + 3_600_000), 'quota'),
};

describe('the figures of the queue', () => {
  const apps: QueueApp[] = [];

  async function start(config = testConfig()) {
    const app = await QueueApp.start(config);
    apps.push(app);
    return app;
  }

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
  });

  /** What the totals say, once everything is written down. */
  async function totalsOf(app: QueueApp): Promise<JobCounts> {
    // Twice, since the first may join a flush that began before.
    for (const each of [...apps, ...apps]) await each.module.get(QueueCounters).flush();
    return (await app.module.get(QueueTotalsRepository).read())!.jobs;
  }

  const countsOf = (app: QueueApp) => app.module.get(JobStatsRepository).counts();

  /** Runs jobs that end in these ways; resolves when none will change before an hour has passed. */
  async function run(app: QueueApp, ways: string[]): Promise<void> {
    app.handler.work = (job) => results[job.payload as string]!(job.attempt);
    await app.queue.enqueue(
      ways.map((way, n) => ({ kind: 'work', payload: way, groupKey: `chat-${n}`, limitKey: `key-${n % 3}` })),
    );
    const waiting = ways.filter((way) => way === 'waiting' || way === 'snoozed').length;
    const soon = new Date(Date.now() + 60_000);
    await app.until(async () => {
      const unfinished = { status: { $in: ['pending' as const, 'processing' as const] } };
      const late = await app.jobs.countDocuments({ status: 'pending', runAt: { $gt: soon } });
      return late >= waiting && (await app.jobs.countDocuments(unfinished)) === late;
    });
    await app.until(async () => JSON.stringify(await totalsOf(app)) === JSON.stringify(await countsOf(app)));
  }

  it('agree with the jobs after runs of any kind, over two processes', async () => {
    const config = testConfig();
    const [one, two] = [await start(config), await start(config)];
    const way = fc.constantFrom(...Object.keys(results));
    await fc.assert(
      fc.asyncProperty(fc.array(way, { maxLength: 15 }), fc.array(way, { maxLength: 15 }), async (a, b) => {
        await one.jobs.deleteMany({});
        await one.connection.collection('queue_totals').deleteMany({});
        await one.module.get(QueueTotalsReconciler).current();
        two.handler.work = (job) => results[job.payload as string]!(job.attempt);
        await run(one, [...a, ...b]);
        const counts = await countsOf(one);
        expect(await totalsOf(one)).toEqual(counts);
        expect(countedStates.reduce((sum, state) => sum + counts[state], 0)).toBe(a.length + b.length);
      }),
      { numRuns: 3 },
    );
  });

  it('are read without counting more than a thousand jobs of a state, and without a command more in a full queue', async () => {
    const config = testConfig();
    const uri = new URL(config.database.uri!);
    uri.searchParams.set('monitorCommands', 'true');
    const app = await start({ ...config, database: { ...config.database, uri: uri.href } });
    const commands: string[] = [];
    const limits: unknown[] = [];
    app.connection.getClient().on('commandStarted', ({ commandName, command }) => {
      if (commandName === 'aggregate') {
        limits.push((command['pipeline'] as object[]).find((stage) => '$limit' in stage));
      }
      commands.push(commandName === 'find' ? `find ${String(command['find'])}` : commandName);
    });
    await run(app, ['done', 'dead', 'waiting', 'snoozed']);
    commands.length = 0;
    limits.length = 0;
    const figures = await app.module.get(QueueStatsService).figures();
    expect(figures).toMatchObject({ pending: 1, retrying: 1, processing: 0, completed: 1, dead: 1 });
    await app.module.get(QueueStatsService).breakdown();
    expect(commands.filter((name) => /^(count|distinct)/.test(name))).toEqual([]);
    expect(limits).toEqual(Array.from({ length: 4 }, () => ({ $limit: 1000 })));
    const reads = commands.filter((name) => /^find (queue_totals|queue_minutes|jobs)$/.test(name));
    expect(new Set(reads)).toEqual(new Set(['find queue_totals', 'find queue_minutes', 'find jobs']));
  });

  it('tell how long jobs waited and ran, what became of each kind, and who had most', async () => {
    const app = await start();
    await run(app, ['done', 'done', 'done', 'done', 'dead']);
    const stats = app.module.get(QueueStatsService);
    const figures = await stats.figures();
    for (const durations of [figures.waitMs, figures.runMs]) {
      expect(durations.p50).toBeGreaterThanOrEqual(0);
      expect(durations.p99).toBeGreaterThanOrEqual(durations.p50!);
    }
    expect(await stats.breakdown()).toEqual({
      kinds: { work: { completed: 4, dead: 1 } },
      topLimitKeys: [
        { key: 'key-0', count: 2 },
        { key: 'key-1', count: 2 },
        { key: 'key-2', count: 1 },
      ],
    });
  });

  it('miss no key that is counted while those of the minute before are written', async () => {
    const clock = new ManualClock();
    const app = await QueueApp.start(testConfig(), clock);
    apps.push(app);
    const work = async () => {
      await app.queue.enqueue([{ kind: 'work', payload: {}, limitKey: 'busy' }]);
      await app.settled((count += 1));
    };
    let count = 0;
    await work();
    await totalsOf(app);
    await work();
    clock.advance(60_000);
    const minutes = app.module.get(QueueMinuteRepository);
    const setTop = minutes.setTop.bind(minutes);
    minutes.setTop = async (...args) => {
      minutes.setTop = setTop;
      await work();
      return setTop(...args);
    };
    await totalsOf(app);
    const { topLimitKeys } = await app.module.get(QueueStatsService).breakdown();
    expect(topLimitKeys).toEqual([{ key: 'busy', count: 3 }]);
  });

  it('count a duplicate once and a job once, whichever process took it', async () => {
    const config = testConfig();
    const [one, two] = [await start(config), await start(config)];
    const job = { kind: 'work', payload: {}, dedupKey: 'once' };
    for (const app of [one, two, one]) await app.queue.enqueue([job]);
    await one.settled(1);
    await totalsOf(one);
    expect(await two.module.get(QueueStatsService).figures()).toMatchObject({ duplicates: 2 });
  });

  it('tell of jobs that a lost process left behind before the totals know of them', async () => {
    const app = await start();
    await run(app, ['done', 'dead', 'waiting', 'snoozed']);
    const totals = app.connection.collection<{ _id: string }>('queue_totals');
    // What was stored and counted in the second before the kill.
    const lost = { 'jobs.pending': -1, 'jobs.retrying': -1, 'jobs.dead': -1, 'jobs.completed': -1 };
    await totals.updateOne({ _id: 'jobs' }, { $inc: lost });
    expect(await app.module.get(QueueStatsService).figures()).toMatchObject({
      pending: 1,
      retrying: 1,
      processing: 0,
      dead: 1,
    });
    await totals.updateOne(
      { _id: 'jobs' },
      { $inc: { 'jobs.pending': 2, 'jobs.retrying': 1, 'jobs.dead': 1 } },
    );
    const stats = () => app.module.get(QueueStatsService).figures();
    await app.until(async () => (await stats()).completed === 1);
  });

  it('say how many there are at least where a state has more than are counted', async () => {
    const app = await start();
    await app.queue.enqueue(
      Array.from({ length: 1200 }, () => ({
        kind: 'work',
        payload: '',
        runAt: new Date(Date.now() + 3_600_000),
      })),
    );
    expect((await app.module.get(QueueStatsService).figures()).pending).toBeGreaterThanOrEqual(1000);
    await totalsOf(app);
    const stats = app.module.get(QueueStatsService);
    await app.until(async () => (await stats.figures()).pending === 1200);
  });

  describe('when the totals are wrong', () => {
    /** As a lost process leaves them, and as retention does. */
    async function spoil(app: QueueApp): Promise<void> {
      await run(app, ['done', 'done', 'dead', 'waiting', 'snoozed']);
      const totals = app.connection.collection<{ _id: string }>('queue_totals');
      await totals.updateOne({ _id: 'jobs' }, { $inc: { 'jobs.processing': 7, 'jobs.pending': -3 } });
      await app.jobs.deleteOne({ status: 'completed' });
      await totals.updateOne({ _id: 'jobs' }, { $set: { nextCountAt: new Date(0) } });
    }

    it('are put right by one process, within two looks of it', async () => {
      const app = await start();
      await spoil(app);
      const reconciler = app.module.get(QueueTotalsReconciler);
      await app.until(async () => {
        await reconciler.step();
        return JSON.stringify(await totalsOf(app)) === JSON.stringify(await countsOf(app));
      });
      expect(await totalsOf(app)).toEqual({ pending: 1, retrying: 1, processing: 0, completed: 1, dead: 1 });
    });

    it('are put right once, when two processes have counted', async () => {
      const app = await start();
      await spoil(app);
      const totals = app.module.get(QueueTotalsRepository);
      const [counts, since] = [await countsOf(app), (await totals.read())!];
      const wrong = Object.entries(since.jobs).map(([state, n]) => [state, counts[state as never] - n]);
      const correction = Object.fromEntries(wrong) as JobCounts;
      const [countedAt, next] = [new Date(since.countedAt.getTime() + 1), new Date(Date.now() + 60_000)];
      expect(await totals.correct(correction, since, countedAt, next)).toBe(true);
      expect(await totals.correct(correction, since, countedAt, next)).toBe(false);
      expect(await totalsOf(app)).toEqual(counts);
    });

    it('are left alone where changes that were written down after the count explain the difference', async () => {
      const app = await start();
      await run(app, ['done', 'waiting']);
      const totals = app.module.get(QueueTotalsRepository);
      const reconciler = app.module.get(QueueTotalsReconciler);
      const stored = app.connection.collection<{ _id: string }>('queue_totals');
      await app.jobs.updateOne({ status: 'pending' }, { $set: { status: 'dead' } });
      await stored.updateOne({ _id: 'jobs' }, { $set: { nextCountAt: new Date(0) } });
      await reconciler.step();
      await totals.moved('retrying', 'dead', 1);
      const countedAt = (await totals.read())!.countedAt.getTime();
      await app.until(async () => {
        await reconciler.step();
        return (await totals.read())!.countedAt.getTime() > countedAt;
      });
      expect(await totalsOf(app)).toEqual({ pending: 0, retrying: 0, processing: 0, completed: 1, dead: 1 });
    });
  });
});
