import { describe, expect, it } from '@jest/globals';
import type { LiveFigures } from '../../api/queue-views.js';
import { addPoint, type LivePoint } from './live-window.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number, perSecond: unknown = { in: seconds, out: 1 }) =>
  ({ at: new Date(START + seconds * 1000).toISOString(), perSecond }) as LiveFigures;

describe('the live window', () => {
  it('holds two minutes', () => {
    const points = Array.from({ length: 300 }, (_, n) => at(n)).reduce(addPoint, [] as LivePoint[]);
    expect([points.length, points[0]!.in, points.at(-1)!.in]).toEqual([120, 180, 299]);
  });

  it('takes no point without a rate, and none twice', () => {
    const points = [at(0, null), at(1), at(1), at(2)].reduce(addPoint, [] as LivePoint[]);
    expect(points.map(({ in: into }) => into)).toEqual([1, 2]);
  });
});
