import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import type { Purger } from '../storage/purger.js';
import { documentKey, RECORD_ID_BYTES, recordIdOf } from '../storage/key-space.js';
import { StoreError, storeErrors } from '../store.errors.js';
import type { Index } from './index.js';
import type { IndexSpec } from './index-spec.js';

/** Documents indexed in one transaction: about 10 ms, so that other requests are served in between. */
const STEP = 500;

export interface BuildContext {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly purger: Purger;
}

/** Builds under way, for those who ask for the same index meanwhile. */
const underWay = new WeakMap<Index, Promise<void>>();

/**
 * Builds an index in bounded steps. From its first moment every write keeps it up to date; queries use it once it is
 * whole. When a document cannot be indexed, the half-built index is dropped and the error answered.
 * @throws StoreError IndexBuildAborted (276) when the index or its collection is dropped meanwhile.
 */
export async function buildIndex(
  context: BuildContext,
  collection: Collection,
  spec: IndexSpec,
): Promise<void> {
  const { environment, catalog } = context;
  const index = await environment.writes.enqueue(() => {
    const isEmpty = collection.count === 0;
    return catalog.addIndex(collection, spec, isEmpty);
  });
  if (!index.ready) await finishBuild(context, collection, index);
}

/** Resolves when the index is whole: waits for its build. @throws as {@link buildIndex}. */
export async function awaitBuild(index: Index): Promise<void> {
  await underWay.get(index);
}

/** Goes on with builds that a crash cut off, from the start: what stands already is written again. */
export async function resumeBuilds(context: BuildContext): Promise<void> {
  const unfinished = context.catalog
    .all()
    .flatMap((collection) => collection.indexes.map((index) => ({ collection, index })))
    .filter(({ index }) => !index.ready);
  for (const { collection, index } of unfinished) {
    await finishBuild(context, collection, index).catch((error: unknown) => {
      // Dropped, or not buildable: then it is gone, as it would be had the build not been cut off.
      if (!(error instanceof StoreError)) throw error;
    });
  }
}

function finishBuild(context: BuildContext, collection: Collection, index: Index): Promise<void> {
  const build = runBuild(context, collection, index);
  underWay.set(index, build);
  return build;
}

async function runBuild(
  { environment, catalog, purger }: BuildContext,
  collection: Collection,
  index: Index,
): Promise<void> {
  const isThere = (): boolean =>
    catalog.find(collection.database, collection.name) === collection && collection.indexes.includes(index);
  const checkIsThere = (): void => {
    if (isThere()) return;
    throw storeErrors.IndexBuildAborted(`Index build aborted: ${index.spec.name} was dropped`);
  };
  try {
    let from: number | undefined = 0;
    while (from !== undefined) {
      const start: number = from;
      from = await environment.writes.enqueue((): number | undefined => {
        checkIsThere();
        return step(environment, collection, index, start);
      });
      await nextTurn();
    }
    await environment.writes.enqueue(() => {
      checkIsThere();
      catalog.markReady(collection, index);
    });
  } catch (error) {
    await environment.writes.enqueue(() => {
      if (isThere()) catalog.dropIndex(collection, index);
    });
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
