import { describe, expect, it } from '@jest/globals';
import { addSample, ratesOf, type Sample } from './live-rates.js';

const sampleAt = (seconds: number, events: Partial<Sample['events']> = {}): Sample => ({
  at: new Date(seconds * 1000),
  monotonicMs: seconds * 1000,
  figures: {} as Sample['figures'],
  events: { enqueued: 0, completed: 0, retried: 0, dead: 0, duplicates: 0, ...events },
});

const after = (...samples: Sample[]) => samples.reduce(addSample, [] as Sample[]);

describe('live rates', () => {
  it('need two samples', () => {
    expect(ratesOf([])).toEqual({ perSecond: null, errorRate: null });
    expect(ratesOf(after(sampleAt(1)))).toEqual({ perSecond: null, errorRate: null });
  });

  it('are what came in the last five seconds', () => {
    const samples = Array.from({ length: 60 }, (_, n) =>
      sampleAt(n, { enqueued: n < 50 ? n * 1000 : 50_000 + n * 10 }),
    );
    expect(after(...samples).length).toBeLessThanOrEqual(7);
    expect(ratesOf(after(...samples)).perSecond).toMatchObject({ in: 10, out: 0 });
  });

  it('tell the share of runs that failed', () => {
    const samples = after(sampleAt(0), sampleAt(1, { completed: 6, retried: 1, dead: 1 }));
    expect(ratesOf(samples)).toEqual({
      perSecond: { in: 0, out: 6, retried: 1, dead: 1, duplicates: 0 },
      errorRate: 0.25,
    });
  });

  it('are never below nothing, as when a database was restored', () => {
    expect(ratesOf(after(sampleAt(0, { enqueued: 9 }), sampleAt(1))).perSecond).toMatchObject({ in: 0 });
  });

  it('go on after a pause longer than their time', () => {
    const samples = after(sampleAt(0), sampleAt(1, { completed: 5 }), sampleAt(21, { completed: 105 }));
    expect(ratesOf(samples).perSecond).toMatchObject({ out: 5 });
  });
});
