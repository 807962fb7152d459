import { setTimeout as sleep } from 'node:timers/promises';
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

const orderOf = (n: number) => String(n).padStart(6, '0');

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
    for (let isNew = true; ; isNew = false) {
      const { type, atMs } = await processes[n % 2]!.take(orderOf(n), isNew);
      if (type === 'turn') return Math.max(atMs, Date.now());
      await sleep(atMs - Date.now());
    }
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

/** Jobs are claimed so seldom. */
const CLAIM_EVERY_MS = 50;

/**
 * Lets so many texts of one account ask for their turn by a clock of its own, all of them at 0, and again when they are told to.
 *
 * @param comesBack when a job that was put off until a time asks again
 */
async function flood(account: string, texts: number, comesBack: (untilMs: number) => number) {
  const start = 1_800_000_000_000;
  const limit = bucketLimit('text', usual);
  const limits = apps[0]!.get(SendLimitRepository);
  let now = start;
  const allowance = new SendAllowance(
    limit,
    () => now,
    (chunks, lifeMs) => limits.reserve({ key: `${account}:text`, limit, chunks, now: new Date(now), lifeMs }),
  );
  const sent: number[] = [];
  let runs = 0;
  let longestWaitMs = 0;
  let asking = Array.from({ length: texts }, (_, n) => ({ n, at: start, isNew: true }));
  while (asking.length > 0) {
    now = Math.min(...asking.map(({ at }) => at));
    const due = asking.filter(({ at }) => at <= now);
    runs += due.length;
    const answers = await Promise.all(due.map(({ n, isNew }) => allowance.take(orderOf(n), isNew)));
    asking = asking.filter(({ at }) => at > now);
    for (const [index, { type, atMs }] of answers.entries()) {
      if (type === 'turn') {
        longestWaitMs = Math.max(longestWaitMs, atMs - now);
        sent.push(Math.max(atMs, now) - start);
      } else
        asking.push({
          n: due[index]!.n,
          at: Math.max(comesBack(atMs - start) + start, now + 1),
          isNew: false,
        });
    }
  }
  sent.sort((a, b) => a - b);
  return { sent, runs, longestWaitMs };
}

const atNextClaim = (ms: number) => Math.ceil(ms / CLAIM_EVERY_MS) * CLAIM_EVERY_MS;
const beyondLimit = (sent: number[]) => sent.filter((at, n) => n >= 100 && at - sent[n - 100]! < 1000);

describe('an account that floods', () => {
  it('gets nine tenths of its limit, never more, in two runs each, and holds few slots', async () => {
    const { sent, runs, longestWaitMs } = await flood('1785', 1500, atNextClaim);
    expect(sent).toHaveLength(1500);
    expect(beyondLimit(sent)).toEqual([]);
    expect(sent.filter((at) => at < 10_000).length).toBeGreaterThanOrEqual(880);
    expect(runs).toBeLessThan(1500 * 2.2);
    expect(longestWaitMs).toBeLessThanOrEqual(300);
  });

  it('never sends more when a crowd comes back late, as after a restart', async () => {
    const { sent } = await flood('1786', 600, (until) => (until < 5000 ? 5000 : atNextClaim(until)));
    expect(sent).toHaveLength(600);
    expect(beyondLimit(sent)).toEqual([]);
  });
});
