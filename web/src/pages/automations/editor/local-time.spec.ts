import { describe, expect, it } from '@jest/globals';
import { fromLocalInput, toLocalInput } from './local-time.js';

describe('times of the viewer', () => {
  it('are the same moment as those of the server', () => {
    const shown = toLocalInput('2026-03-01T09:30:00+01:00');
    expect(shown).toMatch(/^2026-0[23]-\d\dT\d\d:\d\d$/);
    expect(fromLocalInput(shown)).toBe('2026-03-01T08:30:00.000Z');
  });

  it('are empty where there is none', () => {
    expect([toLocalInput('soon'), fromLocalInput('')]).toEqual(['', '']);
  });
});
