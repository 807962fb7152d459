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
    async (chunks, lifeMs) => {
      reserved.push(chunks);
      const chunk = { begin: clock.now, until: clock.now + lifeMs };
      return { chunks: Array.from({ length: chunks }, () => ({ ...chunk })), spacingMs: 0 };
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

  describe('of which the next chunk begins too late', () => {
    function startFull(spacingMs: number) {
      const reservation = { begins: [] as number[], spacingMs, tookMs: 0 };
      const clock = { now: 0 };
      const limit = bucketLimit('text', limits);
      const allowance = new SendAllowance(
        limit,
        () => clock.now,
        async (_, lifeMs) => {
          const until = clock.now + lifeMs;
          clock.now += reservation.tookMs;
          const chunks = reservation.begins.map((begin) => ({ begin, until: Math.max(begin, until) }));
          return { chunks, spacingMs: reservation.spacingMs };
        },
      );
      const takeThree = () => Promise.all(['a', 'b', 'c'].map((order) => allowance.take(order)));
      return { clock, allowance, reservation, takeThree };
    }

    it('has those who ask come back one after the other, at the pace of the limit, a little early', async () => {
      const turns = await startFull(0).takeThree();
      expect(turns).toEqual([950, 961, 972].map((atMs) => ({ type: 'later', atMs })));
    });

    it('has them come back as slowly as chunks are kept apart', async () => {
      const turns = await startFull(440).takeThree();
      expect(turns).toEqual([950, 994, 1038].map((atMs) => ({ type: 'later', atMs })));
    });

    it('has them come back also where a reservation takes long', async () => {
      const { clock, allowance, reservation, takeThree } = startFull(0);
      reservation.tookMs = 400;
      expect((await takeThree()).map(({ type }) => type)).toEqual(['later', 'later', 'later']);
      clock.now = 5000;
      reservation.begins = [5000];
      expect(await allowance.take('a')).toEqual({ type: 'turn', atMs: 5000 });
    });

    it('lets new ones in once nobody has come back for long', async () => {
      const { clock, allowance, reservation } = startFull(0);
      await Promise.all(Array.from({ length: 1000 }, (_, n) => allowance.take(String(n))));
      reservation.begins = [7000];
      clock.now = 5000;
      expect(await allowance.take('a', true)).toMatchObject({ type: 'later' });
      clock.now = 7000;
      expect(await allowance.take('b', true)).toEqual({ type: 'turn', atMs: 7000 });
    });

    it('lets nobody new pass them', async () => {
      const { clock, allowance, reservation, takeThree } = startFull(0);
      await takeThree();
      reservation.begins = [100];
      clock.now = 60;
      expect(await allowance.take('a', true)).toMatchObject({ type: 'later' });
      expect(await allowance.take('b')).toEqual({ type: 'turn', atMs: 100 });
    });
  });
});
