import { describe, expect, it } from '@jest/globals';
import { barSize } from './progress.js';

describe('the size of a progress bar', () => {
  it.each([
    ['deliveries', 3000, 80, 34],
    ['deliveries', 25_000, 80, 32],
    ['entries', 1_000_000, 120, 40],
    ['entries', 1_000_000, 30, 5],
  ])('for %s, %d of them, at %d columns is %d', (what, total, columns, size) => {
    expect(barSize(what, total, columns)).toBe(size);
  });
});
