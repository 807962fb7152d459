import { afterEach, describe, expect, it } from '@jest/globals';
import { retry } from '../../src/queue/job.types.js';
import { ManualClock, QueueApp } from '../support/queue-app.js';
import { testConfig } from '../support/test-config.js';

describe('kinds of jobs', () => {
  let app: QueueApp;
  afterEach(() => app.close());

  it('leaves a job of a kind that it does not know to other processes, unspent, in its place', async () => {
    const clock = new ManualClock();
    app = await QueueApp.start(testConfig(), clock);
    const stored = clock.now();
    await app.queue.enqueue([
      { kind: 'of a newer version', payload: 'first', groupKey: 'chat' },
      { kind: 'work', payload: 'second', groupKey: 'chat' },
    ]);
    const returned = (at: number) =>
      app.until(async () => {
        const job = await app.jobs.findOne({ kind: 'of a newer version' });
        return job!.status === 'pending' && job!.runAt.getTime() === at;
      });
    for (let round = 1; round <= 5; round += 1) {
      await returned(stored + round * 30_000);
      clock.advance(30_000);
    }
    await returned(stored + 6 * 30_000);
    const job = await app.jobs.findOne({ kind: 'of a newer version' });
    expect(job).toMatchObject({ status: 'pending', attempts: 0, rescues: 0, errors: [], payload: 'first' });
    expect(app.handler.runs).toEqual([]);
    // The newer version arrives.
    await app.jobs.updateOne({ _id: job!._id }, { $set: { kind: 'work' } });
    clock.advance(30_000);
    await app.settled(2);
    expect(app.handler.runs.map(({ payload }) => payload)).toEqual(['first', 'second']);
  });

  it('tries a job as often as its handler says, else as the configuration says', async () => {
    app = await QueueApp.start(testConfig());
    app.handler.work = () => retry('busy', 'again');
    app.patientHandler.work = () => retry('busy', 'again');
    await app.queue.enqueue([
      { kind: 'work', payload: 'work' },
      { kind: 'patient', payload: 'patient' },
    ]);
    const jobs = await app.settled(2, 'dead');
    const attempts = Object.fromEntries(jobs.map((job) => [job.kind, job.attempts]));
    expect(attempts).toEqual({ work: 3, patient: 5 });
    expect(app.patientHandler.runs[0]).toMatchObject({ attempt: 1, maxAttempts: 5 });
  });
});
