import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SendAllowance } from '../../src/automation/limits/send-allowance.js';
import { SendLimitRepository } from '../../src/automation/limits/send-limit.repository.js';
import { bucketLimit, type SendBucket } from '../../src/instagram/limits/send-limits.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const apps: AutomationApp[] = [];

beforeAll(async () => {
  const config = testConfig();
  for (let count = 0; count < 2; count += 1)
    apps.push(await AutomationApp.start(config, 'http://127.0.0.1:9'));
});

afterAll(async () => {
  await apps[1]?.stop();
  await apps[0]?.close();
});

const usual = {
  textsPerSecond: 100,
  mediaPerSecond: 10,
  privateRepliesPerHour: 750,
  conversationsPerSecond: 2,
};

/** When each of so many sends may be made that two processes want to make at once, in order. */
async function turns(bucket: SendBucket, count: number): Promise<number[]> {
  const limit = bucketLimit(bucket, usual);
  const processes = apps.map((app) => {
    const limits = app.get(SendLimitRepository);
    return new SendAllowance(limit, Date.now, (chunks, lifeMs) =>
      limits.reserve({ key: `1784:${bucket}`, limit, chunks, now: new Date(), lifeMs }),
    );
  });
  const taken = Array.from({ length: count }, async (_, n) => {
    const beginMs = await processes[n % 2]!.take(String(n).padStart(6, '0'));
    return Math.max(beginMs, Date.now());
  });
  return (await Promise.all(taken)).toSorted((a, b) => a - b);
}

describe('two processes that send for one account', () => {
  it.each<[SendBucket, number, number]>([
    ['text', 100, 1000],
    ['media', 10, 1000],
    ['private_reply', 750, 3_600_000],
    ['conversations', 2, 1000],
  ])('%s: get %s turns at most in any %s ms, and not far below', async (bucket, most, windowMs) => {
    const times = await turns(bucket, 3 * most);
    const tooSoon = times.filter((at, n) => n >= most && at - times[n - most]! < windowMs);
    expect(tooSoon).toEqual([]);
    // At worst, a share of the limit blocks for as long as it could have been used, and a window more.
    expect(times.at(-1)! - times[0]!).toBeLessThan(5 * windowMs);
  });
});
