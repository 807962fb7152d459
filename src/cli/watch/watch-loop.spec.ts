import { describe, expect, it } from '@jest/globals';
import type { QueueSnapshot } from './queue-snapshot.js';
import { keepLooking } from './watch-loop.js';

/** Only whether there is one matters here. */
const snapshot = {} as QueueSnapshot;
const gone = Object.assign(new Error('connect ECONNREFUSED'), { name: 'MongoServerSelectionError' });

async function watch(looks: (QueueSnapshot | Error)[], signal = new AbortController().signal) {
  const shown: string[] = [];
  const rest = looks.values();
  const look = async () => {
    const { value } = rest.next();
    if (value instanceof Error) throw value;
    return value!;
  };
  const view = { show: () => shown.push('figures'), lost: () => shown.push('lost'), close: () => {} };
  const error: unknown = await keepLooking({ look, view, intervalMs: 1, count: looks.length, signal }).catch(
    (thrown: unknown) => thrown,
  );
  return { shown, error };
}

describe('watching the queue', () => {
  it('waits for a database that goes away', async () => {
    expect(await watch([snapshot, gone, gone, snapshot])).toEqual({
      shown: ['figures', 'lost', 'lost', 'figures'],
      error: undefined,
    });
  });

  it('does not begin where none answers', async () => {
    expect(await watch([gone, snapshot])).toEqual({ shown: [], error: gone });
  });

  it('ends with any other error', async () => {
    const error = new Error('a defect');
    expect(await watch([snapshot, error, snapshot])).toEqual({ shown: ['figures'], error });
  });

  it('ends when it is told to', async () => {
    expect(await watch([snapshot], AbortSignal.abort())).toEqual({ shown: [], error: undefined });
  });
});
