import { GraphRefusal } from './sandbox.errors.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Instagram's limits for each account. https://developers.facebook.com/docs/instagram-platform/overview#rate-limiting */
const LIMITS = {
  text: [100, SECOND_MS],
  media: [10, SECOND_MS],
  private_reply: [750, HOUR_MS],
  live_private_reply: [100, SECOND_MS],
  conversations: [2, SECOND_MS],
} as const;

export type LimitName = keyof typeof LIMITS;

/** At most `limit` calls in any span of `windowMs`: the time of each of the last `limit` calls is kept. */
class SlidingWindow {
  private readonly times: Float64Array;
  private next = 0;

  constructor(
    limit: number,
    private readonly windowMs: number,
  ) {
    this.times = new Float64Array(limit).fill(-Infinity);
  }

  /** How long until a call is allowed; 0 if this one is, which counts it. */
  takeOrWaitMs(nowMs: number): number {
    const waitMs = this.times[this.next]! + this.windowMs - nowMs;
    if (waitMs > 0) return waitMs;
    this.times[this.next] = nowMs;
    this.next = (this.next + 1) % this.times.length;
    return 0;
  }
}

export class AccountLimits {
  private readonly windows = new Map<string, SlidingWindow>();

  /** @throws {GraphRefusal} with the wait in the usage header when it is a minute or more, as Instagram states minutes */
  take(account: string, name: LimitName, nowMs: number): void {
    const waitMs = this.windowOf(account, name).takeOrWaitMs(nowMs);
    if (waitMs === 0) return;
    if (LIMITS[name][1] === SECOND_MS) throw new GraphRefusal('tooManySends');
    const usage = {
      [account]: [
        {
          type: 'instagram',
          call_count: 100,
          total_cputime: 0,
          total_time: 0,
          estimated_time_to_regain_access: Math.ceil(waitMs / MINUTE_MS),
        },
      ],
    };
    throw new GraphRefusal('tooManyCalls', undefined, {
      'x-business-use-case-usage': JSON.stringify(usage),
    });
  }

  private windowOf(account: string, name: LimitName): SlidingWindow {
    const key = `${name}/${account}`;
    let window = this.windows.get(key);
    if (!window) {
      const [limit, windowMs] = LIMITS[name];
      window = new SlidingWindow(limit, windowMs);
      this.windows.set(key, window);
    }
    return window;
  }
}
