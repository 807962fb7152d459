import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.js';

describe('Slots', () => {
  it('lets those in, in order, for whom one becomes free', async () => {
    const slots = new Slots(1);
    expect(await slots.take()).toBe(true);
    const order: number[] = [];
    const waiting = [1, 2].map((n) => slots.take().then(() => order.push(n)));
    expect(slots).toMatchObject({ busy: 1, free: 0, waiting: 2 });
    slots.release();
    slots.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });

  it('gives those in line none that is kept', async () => {
    const slots = new Slots(2);
    let end = () => {};
    const working = slots.keepWhile(2, () => new Promise<void>((resolve) => (end = resolve)));
    const taking = slots.take();
    expect(slots).toMatchObject({ busy: 0, free: 0, waiting: 1 });
    end();
    await working;
    expect(await taking).toBe(true);
  });

  it('tells of each that becomes free, also of one that the first in line gets', async () => {
    const slots = new Slots(1);
    let told = 0;
    slots.onFree = () => (told += 1);
    await slots.take();
    void slots.take();
    slots.release();
    expect(told).toBe(1);
    expect(slots).toMatchObject({ busy: 1, waiting: 0 });
    slots.release();
    expect(told).toBe(2);
  });

  it('sends the line away when it closes, and all who come later', async () => {
    const slots = new Slots(1);
    await slots.take();
    const waiting = slots.take();
    slots.close();
    expect([await waiting, await slots.take()]).toEqual([false, false]);
  });

  it('sends away until it goes on, unless it has closed', async () => {
    const slots = new Slots(1);
    await slots.take();
    const waiting = slots.take();
    slots.setPaused(true);
    slots.release();
    expect([await waiting, await slots.take()]).toEqual([false, false]);
    slots.setPaused(false);
    expect(await slots.take()).toBe(true);
    slots.close();
    slots.setPaused(false);
    expect(await slots.take()).toBe(false);
  });
});
