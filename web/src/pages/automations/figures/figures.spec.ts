import { describe, expect, it } from '@jest/globals';
import { everyDay, firstDay } from './figures.js';

describe('figures by day', () => {
  it('have each day of the range, over the end of February too', () => {
    const one = { day: '2024-02-29', fired: 3, sent: 3, failed: 0, clicks: 1, skipped: {} };
    const days = everyDay([one], firstDay('2024-03-01', 3), '2024-03-01');
    expect(days.map(({ day, fired }) => [day, fired])).toEqual([
      ['2024-02-28', 0],
      ['2024-02-29', 3],
      ['2024-03-01', 0],
    ]);
  });
});
