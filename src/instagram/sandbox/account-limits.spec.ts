import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { AccountLimits } from './account-limits.js';

/** Whether each call was allowed. */
function tryEach(limits: AccountLimits, name: 'text' | 'media', times: number[]): boolean[] {
  return times.map((at) => {
    try {
      limits.take('1', name, at);
      return true;
    } catch {
      return false;
    }
  });
}

describe('AccountLimits', () => {
  it('allows 100 sends in a second, and more as the first ones pass out of it', () => {
    const limits = new AccountLimits();
    for (let call = 0; call < 100; call += 1) limits.take('1', 'text', 1000 + call);
    expect(() => limits.take('1', 'text', 1999)).toThrow(/#613/);
    expect(() => limits.take('1', 'text', 2000)).not.toThrow();
    expect(() => limits.take('1', 'text', 2000)).toThrow(/#613/);
  });

  it('counts each account and each limit alone', () => {
    const limits = new AccountLimits();
    for (let call = 0; call < 10; call += 1) limits.take('1', 'media', 0);
    expect(() => limits.take('1', 'media', 0)).toThrow(/#613/);
    expect(() => limits.take('1', 'text', 0)).not.toThrow();
    expect(() => limits.take('2', 'media', 0)).not.toThrow();
  });

  it('states the minutes left once 750 private replies were given in an hour', () => {
    const limits = new AccountLimits();
    for (let call = 0; call < 750; call += 1) limits.take('1', 'private_reply', 0);
    const refused = () => limits.take('1', 'private_reply', 10 * 60_000);
    expect(refused).toThrow(
      expect.objectContaining({
        code: '80002',
        headers: {
          'x-business-use-case-usage': expect.stringContaining('"estimated_time_to_regain_access":50'),
        },
      }),
    );
    expect(() => limits.take('1', 'private_reply', 60 * 60_000)).not.toThrow();
  });

  it('never lets more than 10 media through in any second', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (gaps) => {
        let now = 0;
        const times = gaps.map((gap) => (now += gap));
        const allowed = tryEach(new AccountLimits(), 'media', times);
        const passed = times.filter((_at, index) => allowed[index]);
        for (const end of passed) {
          expect(passed.filter((at) => at > end - 1000 && at <= end).length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
