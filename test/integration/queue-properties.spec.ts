import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ModelQueue } from '../support/queue-model/model-queue.js';
import { everythingEnds, queueLives } from '../support/queue-model/queue-life.js';

describe('whatever happens in whatever order', () => {
  let queue: ModelQueue;

  beforeAll(async () => {
    queue = await ModelQueue.start();
  });

  afterAll(() => queue.app.close());

  it('jobs only change as the table of states says, run alone in their group and in turn, and end', async () => {
    await fc.assert(
      fc.asyncProperty(queueLives, async (commands) => {
        await queue.reset(3);
        for (const command of commands) await command(queue);
        await everythingEnds(queue);
        expect(queue.unended).toEqual([]);
      }),
      process.env['PROPERTY_RUNS'] ? {} : { numRuns: 30 },
    );
  }, 600_000);
});
