import { describe, expect, it } from '@jest/globals';
import { BacklogError, Batcher } from './batcher.js';

/** A write that records its batches and ends when told to. */
function controlledWrite() {
  const batches: number[][] = [];
  const releases: { release: () => void; fail: (error: Error) => void }[] = [];
  const write = (items: number[]): Promise<number[]> => {
    batches.push(items);
    return new Promise((resolve, reject) => {
      releases.push({ release: () => resolve(items.map((item) => item * 10)), fail: reject });
    });
  };
  return { batches, releases, write };
}

const turn = () => new Promise(setImmediate);

describe('Batcher', () => {
  it('writes what was added in one turn together and gives each caller its own result', async () => {
    const { batches, releases, write } = controlledWrite();
    const batcher = new Batcher({ run: write, maxItems: 10, maxPending: 100 });
    const results = Promise.all([batcher.add(1), batcher.add(2), batcher.add(3)]);
    await turn();
    expect(batches).toEqual([[1, 2, 3]]);
    releases[0]!.release();
    await expect(results).resolves.toEqual([10, 20, 30]);
  });

  it('collects what arrives during a write into the next one, no larger than allowed', async () => {
    const { batches, releases, write } = controlledWrite();
    const batcher = new Batcher({ run: write, maxItems: 2, maxPending: 100 });
    const results = [batcher.add(1)];
    await turn();
    results.push(batcher.add(2), batcher.add(3), batcher.add(4));
    expect(batches).toEqual([[1]]);
    for (const index of [0, 1, 2]) {
      releases[index]!.release();
      await turn();
    }
    expect(batches).toEqual([[1], [2, 3], [4]]);
    await expect(Promise.all(results)).resolves.toEqual([10, 20, 30, 40]);
    await batcher.drained();
  });

  it('fails every caller of a failed write and goes on with the next', async () => {
    const { releases, write } = controlledWrite();
    const batcher = new Batcher({ run: write, maxItems: 10, maxPending: 100 });
    const failed = Promise.allSettled([batcher.add(1), batcher.add(2)]);
    await turn();
    const next = batcher.add(3);
    releases[0]!.fail(new Error('disk full'));
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    releases[1]!.release();
    await expect(next).resolves.toBe(30);
  });

  it('refuses new work above its limit, and takes it again once the backlog is written', async () => {
    const { releases, write } = controlledWrite();
    const batcher = new Batcher({ run: write, maxItems: 10, maxPending: 2 });
    const accepted = Promise.all([batcher.add(1), batcher.add(2)]);
    await expect(batcher.add(3)).rejects.toBeInstanceOf(BacklogError);
    await turn();
    releases[0]!.release();
    await accepted;
    const later = batcher.add(4);
    await turn();
    releases[1]!.release();
    await expect(later).resolves.toBe(40);
  });

  it('hands over no more than the weight allowed, except in a single item', async () => {
    const { batches, releases, write } = controlledWrite();
    const weigh = (item: number): number => item;
    const batcher = new Batcher({ run: write, maxItems: 10, maxPending: 100, weigh, maxWeight: 10 });
    const results = [4, 6, 11, 1, 2].map((item) => batcher.add(item));
    await turn();
    for (const index of [0, 1, 2]) {
      releases[index]!.release();
      await turn();
    }
    expect(batches).toEqual([[4, 6], [11], [1, 2]]);
    await Promise.all(results);
  });

  it('does not wait for more in a quiet moment', async () => {
    const { batches, releases, write } = controlledWrite();
    const batcher = new Batcher({ run: write, maxItems: 10, maxPending: 100, lingerMs: 60_000 });
    for (const index of [0, 1]) {
      const result = batcher.add(index);
      await turn();
      releases[index]!.release();
      await result;
    }
    expect(batches).toEqual([[0], [1]]);
  });

  it('waits for more in a busy time when asked to, but not once a batch is full', async () => {
    const { batches, releases, write } = controlledWrite();
    const batcher = new Batcher({ run: write, maxItems: 4, maxPending: 100, lingerMs: 60_000 });
    const busy = [1, 2, 3, 4].map((item) => batcher.add(item));
    await turn();
    releases[0]!.release();
    await Promise.all(busy);
    const results = [5, 6].map((item) => batcher.add(item));
    await turn();
    expect(batches).toEqual([[1, 2, 3, 4]]);
    results.push(batcher.add(7), batcher.add(8));
    await turn();
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    releases[1]!.release();
    await expect(Promise.all(results)).resolves.toEqual([50, 60, 70, 80]);
  });
});
