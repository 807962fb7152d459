import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import type { Purger } from '../storage/purger.js';
import { documentKey, RECORD_ID_BYTES, recordIdOf } from '../storage/key-space.js';
import type { Index } from './index.js';
import type { IndexSpec } from './index-spec.js';

/** Documents indexed in one transaction: about 10 ms, so that other requests are served in between. */
const STEP = 500;

/**
 * Builds an index in bounded steps. From its first moment every write keeps it up to date; queries use it once it is
 * whole. When a document cannot be indexed, the half-built index is dropped and the error answered.
 */
export async function buildIndex(
  { environment, catalog, purger }: { environment: Environment; catalog: Catalog; purger: Purger },
  collection: Collection,
  spec: IndexSpec,
): Promise<void> {
  const isEmpty = (): boolean => collection.count === 0;
  const index = await environment.writes.enqueue(() => catalog.addIndex(collection, spec, isEmpty()));
  if (index.ready) return;
  try {
    let from = 0;
    for (;;) {
      const next = await environment.writes.enqueue(() => step(environment, collection, index, from));
      if (next === undefined) break;
      from = next;
      await nextTurn();
    }
    await environment.writes.enqueue(() => catalog.markReady(collection, index));
  } catch (error) {
    await environment.writes.enqueue(() => catalog.dropIndex(collection, index));
    purger.wake();
    throw error;
  }
}

/** @returns where to go on, or undefined at the end. */
function step(
  environment: Environment,
  collection: Collection,
  index: Index,
  from: number,
): number | undefined {
  // Taken whole before anything is written: a cursor does not go well with writes of its own transaction.
  const keys = environment.documents.getKeys({
    start: documentKey(collection.id, from),
    end: documentKey(collection.id + 1, 0),
    limit: STEP,
  });
  let last: number | undefined;
  let seen = 0;
  for (const key of Array.from(keys)) {
    last = recordIdOf(key, key.length - RECORD_ID_BYTES);
    const document = collection.read(last);
    if (document) collection.addToIndex(index, last, document);
    seen += 1;
  }
  return seen < STEP ? undefined : last! + 1;
}
