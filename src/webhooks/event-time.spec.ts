import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { firstTime } from './event-time.js';

describe('firstTime', () => {
  it.each([
    ['milliseconds', 1752834910447, 1752834910447],
    ['seconds', 1752834910, 1752834910000],
    ['seconds with a fraction', 1752834910.4475, 1752834910448],
    ['digits', '1752834910447', 1752834910447],
    ['digits of seconds', '1752834910', 1752834910000],
  ])('reads %s', (_what, time, ms) => {
    expect(firstTime(time)).toBe(ms);
  });

  it.each([
    0,
    -1,
    NaN,
    Infinity,
    9e15,
    '9999999999999999',
    '',
    'yesterday',
    '2025-07-18',
    {},
    [],
    null,
    true,
  ])('takes %j for no time', (time: unknown) => {
    expect(firstTime(time)).toBeUndefined();
    expect(firstTime(time, undefined, { $gt: 0 }, 1752834910447)).toBe(1752834910447);
  });

  it('takes the first that is a time', () => {
    expect(firstTime(1752834910447, 1752834911539)).toBe(1752834910447);
    expect(firstTime()).toBeUndefined();
  });

  it('answers nothing that a date could not hold, whatever it is given', () => {
    const anything = fc.oneof(fc.anything(), fc.double(), fc.maxSafeInteger(), fc.bigInt().map(String));
    fc.assert(
      fc.property(anything, (time) => {
        const ms = firstTime(time) ?? 0;
        expect(new Date(ms).getTime()).toBe(ms);
      }),
    );
  });
});
