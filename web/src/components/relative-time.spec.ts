import { describe, expect, it } from '@jest/globals';
import { relativeTime } from './relative-time.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('relativeTime', () => {
  it.each([
    [0, 'now'],
    [-4999, 'now'],
    [-5000, '5 s ago'],
    [-59_999, '59 s ago'],
    [-60_000, '1 min ago'],
    [-3_600_000, '1 h ago'],
    [-90_000_000, '1 day ago'],
    [7_300_000, 'in 2 h'],
    [-40 * 86_400_000, '40 days ago'],
  ])('of %d ms from now is "%s"', (differenceMs, text) => {
    expect(relativeTime(NOW + differenceMs, NOW)).toBe(text);
  });
});
