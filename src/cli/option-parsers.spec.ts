import { describe, expect, it } from '@jest/globals';
import { time } from './option-parsers.js';

describe('a time on the command line', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.250+02:00', '2026-01-31T10:00:00.250Z'],
    ['2026-02-28', '2026-02-28T00:00:00.000Z'],
  ])('may be %s', (value, expected) => {
    expect(time(value).toISOString()).toBe(expected);
  });

  it('is that of the machine where no zone is given', () => {
    expect(time('2026-01-31T12:00')).toEqual(new Date(2026, 0, 31, 12));
  });

  it.each(['5', '2026', '31.01.2026', 'yesterday', '2026-13-01', '2026-02-31', '2026-01-31T25:00:00Z', ''])(
    'is refused as %j, which would be another time',
    (value) => {
      expect(() => time(value)).toThrow('must be a time like 2026-01-31T12:00:00Z.');
    },
  );
});
