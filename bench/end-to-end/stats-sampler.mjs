import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

/** Longer than the server keeps an answer, so that each sample is worked out anew. */
const EVERY_MS = 600;
const PATH = '/api/webhooks/queue-stats';

/** Asks for the queue's figures over and over; the function it returns stops that and tells how long they took. */
export function sampleQueueStats(url) {
  const times = [];
  const stop = new AbortController();
  const sampling = (async () => {
    while (!stop.signal.aborted) {
      const begun = performance.now();
      const response = await request(url + PATH);
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`queue-stats answered ${response.statusCode}`);
      times.push(performance.now() - begun);
      await sleep(EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    stop.abort();
    await sampling;
    const sorted = times.toSorted((a, b) => a - b);
    return {
      samples: sorted.length,
      p50Ms: sorted[Math.floor((sorted.length - 1) / 2)],
      maxMs: sorted.at(-1),
    };
  };
}
