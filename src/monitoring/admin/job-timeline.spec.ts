import { describe, expect, it } from '@jest/globals';
import type { JobDocument } from '../../queue/job.schema.js';
import { timelineOf } from './job-timeline.js';

const at = (seconds: number) => new Date(seconds * 1000);
const error = (seconds: number, attempt: number) => ({
  at: at(seconds),
  attempt,
  worker: 'w',
  code: 'down',
  message: 'No',
});

const job = (fields: Partial<JobDocument>): Omit<JobDocument, '_id'> => ({
  kind: 'message',
  status: 'pending',
  blocked: false,
  runAt: at(0),
  order: at(0),
  attempts: 0,
  rescues: 0,
  errors: [],
  createdAt: at(0),
  ...fields,
});

const states = (fields: Partial<JobDocument>) => timelineOf(job(fields), at(100)).map(({ state }) => state);

describe('the time line of a job', () => {
  it('has failures and redrives in the order in which they happened', () => {
    const redrives = [{ at: at(5), by: 'admin', attemptsBefore: 2 }];
    const errors = [error(1, 1), error(2, 2), error(6, 1)];
    const entries = timelineOf(job({ status: 'completed', finishedAt: at(9), errors, redrives }), at(100));
    expect(entries.map(({ state, at: time }) => [state, time.getTime() / 1000])).toEqual([
      ['created', 0],
      ['failed', 1],
      ['failed', 2],
      ['redriven', 5],
      ['failed', 6],
      ['completed', 9],
    ]);
    expect(entries[1]).toMatchObject({ attempt: 1, worker: 'w', code: 'down', message: 'No' });
    expect(entries[3]).toMatchObject({ by: 'admin' });
  });

  it.each<[string, Partial<JobDocument>]>([
    ['due', { runAt: at(99) }],
    ['scheduled', { runAt: at(101) }],
    ['behind_another', { blocked: true }],
    ['parked', { blocked: true, parked: 'shop' }],
    ['started', { status: 'processing', claimedAt: at(50), worker: 'w', attempts: 1 }],
    ['dead', { status: 'dead', finishedAt: at(50) }],
    ['completed', { status: 'completed', finishedAt: at(50), outcome: { result: 'answered' } }],
    [
      'discarded',
      {
        status: 'completed',
        finishedAt: at(50),
        outcome: { result: 'ignored', reason: 'discarded', by: 'admin' },
      },
    ],
  ])('ends with %s', (state, fields) => {
    expect(states(fields)).toEqual(['created', state]);
  });
});
