import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Clock } from '../database/clock.js';

export const MAX_FAILED_TRIES = 10;
export const TRIES_WINDOW_MS = 5 * 60_000;
/** Some 2 MB. Above it the oldest are forgotten: who has more addresses than that is not stopped by counting them. */
const MAX_ADDRESSES = 10_000;

interface Failures {
  count: number;
  until: number;
}

/**
 * Counts wrong tokens by address, in this process. An address that has used up its tries is refused without a look at its
 * token until the time is over; all others are not concerned. Sessions are not tries: who is signed in stays so.
 */
@Injectable()
export class SignInTries {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly clock: Clock) {}

  /** How long the address must wait; undefined when it may try. */
  retryAfterSeconds(address: string): number | undefined {
    const failed = this.current(addressKey(address));
    if (!failed || failed.count < MAX_FAILED_TRIES) return undefined;
    return Math.ceil((failed.until - this.clock.now()) / 1000);
  }

  failed(address: string): void {
    const key = addressKey(address);
    const failed = this.current(key) ?? { count: 0, until: this.clock.now() + TRIES_WINDOW_MS };
    failed.count += 1;
    this.failures.set(key, failed);
    if (this.failures.size > MAX_ADDRESSES) this.failures.delete(this.failures.keys().next().value!);
  }

  private current(key: string): Failures | undefined {
    const failed = this.failures.get(key);
    if (!failed || failed.until > this.clock.now()) return failed;
    this.failures.delete(key);
    return undefined;
  }
}

/** One network of 64 bits is one household or server, with more IPv6 addresses than could be counted. */
function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const behind = tail.split(':').filter((group) => group !== '');
  while (address.includes('::') && groups.length + behind.length < 8) groups.push('0');
  return [...groups, ...behind]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
