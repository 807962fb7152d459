import { describe, expect, it } from '@jest/globals';
import { bucketLimit, type SendBucket } from '../../instagram/limits/send-limits.js';
import { SendAllowance } from './send-allowance.js';

const limits = {
  textsPerSecond: 100,
  mediaPerSecond: 10,
  privateRepliesPerHour: 750,
  conversationsPerSecond: 2,
};

/** One that is granted all it asks for at once, by a clock that the test moves. */
function startAllowance(bucket: SendBucket) {
  const clock = { now: 0 };
  const reserved: number[] = [];
  const allowance = new SendAllowance(
    bucketLimit(bucket, limits),
    () => clock.now,
    async (chunks) => {
      reserved.push(chunks);
      return { begins: Array.from({ length: chunks }, () => new Date(clock.now)), spacingMs: 0 };
    },
  );
  const send = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 1) await allowance.take(String(sent));
  };
  return { clock, reserved, send };
}

describe('SendAllowance', () => {
  it('reserves more at once for an account that sends all the time, up to half of its limit ahead', async () => {
    const { reserved, send } = startAllowance('text');
    await send(500);
    expect(reserved.slice(0, 3)).toEqual([1, 2, 4]);
    expect(Math.max(...reserved)).toBe(6);
  });

  it('reserves what it needs alone once the account has become quiet', async () => {
    const { clock, reserved, send } = startAllowance('text');
    await send(200);
    for (let count = 0; count < 5; count += 1) {
      clock.now += 60_000;
      await send(1);
    }
    expect(reserved.at(-1)).toBe(1);
  });

  it('takes nothing ahead of what lasts for an hour', async () => {
    const { reserved, send } = startAllowance('private_reply');
    await send(200);
    expect(new Set(reserved)).toEqual(new Set([1]));
  });
});
