import { describe, expect, it } from '@jest/globals';
import { duration, jobs, percent, perSecond } from './numbers.js';

describe('figures in words', () => {
  it.each([
    [0, '0 ms'],
    [850.4, '850 ms'],
    [4240, '4.2 s'],
    [60_000, '1 min'],
    [190_000, '3 min 10 s'],
    [7_500_000, '2 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('has digits behind the point only of small rates', () => {
    expect([perSecond(0), perSecond(2.34), perSecond(1234.5)]).toEqual(['0', '2.3', '1,235']);
    expect([percent(0), percent(0.034)]).toEqual(['0%', '3.4%']);
    expect([jobs(1), jobs(2000)]).toEqual(['1 job', '2,000 jobs']);
  });
});
