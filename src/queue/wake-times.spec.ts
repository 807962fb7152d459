import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WakeTimes } from './wake-times.js';

describe('WakeTimes', () => {
  let woken: number[];
  let times: WakeTimes;
  const at = (ms: number) => new Date(1_800_000_000_000 + ms);
  const since = () => Date.now() - at(0).getTime();

  beforeEach(() => {
    jest.useFakeTimers({ now: at(0) });
    woken = [];
    times = new WakeTimes(Date.now, () => woken.push(since()));
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('wakes when each is due, and once for those that are close', () => {
    for (const ms of [900, 210, 500, 215, 225]) times.add(at(ms));
    jest.advanceTimersByTime(2000);
    expect(woken).toEqual([250, 500, 900]);
  });

  it('leaves to the poll what is due already, or late', () => {
    for (const ms of [-5, 0, 3_600_000]) times.add(at(ms));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('wakes for nothing once it is cleared', () => {
    times.add(at(100));
    times.clear();
    expect(jest.getTimerCount()).toBe(0);
    times.add(at(200));
    jest.advanceTimersByTime(1000);
    expect(woken).toEqual([200]);
  });

  it('wakes once for a time that its clock does not reach', () => {
    const behind = new WakeTimes(
      () => at(0).getTime(),
      () => woken.push(since()),
    );
    behind.add(at(100));
    jest.advanceTimersByTime(5000);
    expect(woken).toEqual([100]);
  });
});
