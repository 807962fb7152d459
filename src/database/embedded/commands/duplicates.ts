import { fromBson } from '../bson/bson-convert.js';
import type { Index } from '../index/index.js';
import { idOf, type Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { afterPrefix, RECORD_ID_BYTES, recordIdOf } from '../storage/key-space.js';

/** Documents told of, before the list is cut: an answer must fit in one document. */
const MOST_TOLD = 10_000;

/** The `_id`s of documents that have one key of an index in common, for each such key. */
export function findDuplicates(
  environment: Environment,
  collection: Collection,
  index: Index,
): { ids: unknown[] }[] {
  const violations: { ids: unknown[] }[] = [];
  let told = 0;
  let shared: Buffer | undefined;
  let records: number[] = [];
  const close = (): void => {
    if (records.length > 1) {
      told += records.length;
      violations.push({ ids: records.map((record) => idAt(collection, record)) });
    }
    records = [];
  };
  for (const key of environment.entries.getKeys({ start: index.prefix, end: afterPrefix(index.prefix) })) {
    const bare = key.subarray(0, key.length - RECORD_ID_BYTES);
    if (!shared?.equals(bare)) {
      close();
      shared = Buffer.from(bare);
    }
    records.push(recordIdOf(key, key.length - RECORD_ID_BYTES));
    if (told > MOST_TOLD) break;
  }
  close();
  return violations;
}

function idAt(collection: Collection, recordId: number): unknown {
  const document = collection.read(recordId);
  return document && fromBson(idOf(document));
}
