import { describe, expect, it } from '@jest/globals';
import { fromInput, toInput, toTimes } from './time-range.js';

const NOW = Date.parse('2026-03-01T12:00:31Z');
const none = { since: '', from: '', to: '' };

describe('the time of a list', () => {
  it('is any when none is set', () => {
    expect(toTimes(none, NOW)).toEqual({});
  });

  it('stays the same for a minute when it counts from now', () => {
    const at = (ms: number) => toTimes({ ...none, since: '15m' }, ms);
    expect(at(NOW)).toEqual({ from: '2026-03-01T11:45:00.000Z' });
    expect(at(NOW + 20_000)).toEqual(at(NOW));
  });

  it('is what was entered, from, to or both', () => {
    const from = '2026-01-01T00:00:00.000Z';
    expect(toTimes({ ...none, from }, NOW)).toEqual({ from });
    expect(toTimes({ since: 'unknown', from, to: from }, NOW)).toEqual({ from, to: from });
  });

  it('comes back from the input in the viewer’s zone', () => {
    const iso = '2026-07-01T10:30:00.000Z';
    expect(fromInput(toInput(iso))).toBe(iso);
    expect([fromInput(''), fromInput('x'), toInput(''), toInput('x')]).toEqual(['', '', '', '']);
  });
});
