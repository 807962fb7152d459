import { describe, expect, it } from '@jest/globals';
import { Clock } from '../database/clock.js';
import { MAX_FAILED_TRIES, SignInTries, TRIES_WINDOW_MS } from './sign-in-tries.js';

class HandClock extends Clock {
  ms = 1_000_000;

  now(): number {
    return this.ms;
  }
}

function failing(...addresses: string[]) {
  const clock = new HandClock();
  const tries = new SignInTries(clock);
  for (const address of addresses) {
    for (let count = 0; count < MAX_FAILED_TRIES; count += 1) tries.failed(address);
  }
  return { clock, tries };
}

describe('SignInTries', () => {
  it('lets an address wait out its window', () => {
    const { clock, tries } = failing('192.0.2.1');
    expect(tries.retryAfterSeconds('192.0.2.1')).toBe(TRIES_WINDOW_MS / 1000);
    clock.ms += TRIES_WINDOW_MS - 1;
    expect(tries.retryAfterSeconds('192.0.2.1')).toBe(1);
    clock.ms += 1;
    expect(tries.retryAfterSeconds('192.0.2.1')).toBeUndefined();
  });

  it.each([
    ['2001:db8::1', '2001:db8::ffff:1', true],
    ['2001:db8:0:0:1::', '2001:db8::2:3:4:5', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['fe80::1%eth0', 'fe80::2%eth1', true],
    ['192.0.2.1', '192.0.2.2', false],
  ])('counts %s and %s together: %s', (one, other, together) => {
    expect(failing(one).tries.retryAfterSeconds(other) !== undefined).toBe(together);
  });

  it('remembers a bounded number of addresses, the latest', () => {
    const { tries } = failing('192.0.2.1');
    for (let count = 0; count < 10_000; count += 1) tries.failed(`10.0.${count >> 8}.${count & 255}`);
    expect(tries.retryAfterSeconds('192.0.2.1')).toBeUndefined();
    expect((tries as unknown as { failures: Map<string, unknown> }).failures.size).toBe(10_000);
  });
});
