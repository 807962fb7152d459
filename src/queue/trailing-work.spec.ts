import { describe, expect, it } from '@jest/globals';
import { TrailingWork } from './trailing-work.js';

describe('TrailingWork', () => {
  it('is done when all of it is, also what was added meanwhile', async () => {
    const trailing = new TrailingWork();
    const order: string[] = [];
    trailing.add(Promise.resolve().then(() => void order.push('first')));
    const done = trailing.done().then(() => order.push('done'));
    trailing.add(new Promise<void>((resolve) => setImmediate(resolve)).then(() => void order.push('second')));
    await done;
    expect(order).toEqual(['first', 'second', 'done']);
  });

  it('fails with what failed first, though nobody asked at that moment', async () => {
    const trailing = new TrailingWork();
    trailing.add(Promise.reject(new Error('disk full')));
    await new Promise(setImmediate);
    await expect(trailing.done()).rejects.toThrow('disk full');
  });
});
