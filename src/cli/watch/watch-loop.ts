import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreFailure } from '../../http/store-failure.js';
import type { QueueSnapshot } from './queue-snapshot.js';

/** Where looks are shown. */
export interface View {
  show(snapshot: QueueSnapshot): void;
  /** The database did not answer this time. */
  lost(): void;
  close(): void;
}

export interface Watch {
  look(): Promise<QueueSnapshot>;
  view: View;
  intervalMs: number;
  /** How many looks. */
  count: number;
  /** Ends it. */
  signal: AbortSignal;
}

/**
 * Looks again and again. A database that goes away, once it has answered, is waited for: whoever watches does so because
 * something is wrong.
 */
export async function keepLooking({ look, view, intervalMs, count, signal }: Watch): Promise<void> {
  let answered = false;
  for (let looks = 1; !signal.aborted; looks += 1) {
    try {
      view.show(await look());
      answered = true;
    } catch (error) {
      if (!answered || !isStoreFailure(error)) throw error;
      view.lost();
    }
    if (looks >= count) return;
    await sleep(intervalMs, undefined, { signal }).catch(() => {});
  }
}
