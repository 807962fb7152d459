import type { Collection } from './collection.js';
import type { Environment } from './environment.js';
import { afterPrefix, documentKey, recordIdBytes, recordIdOf, RECORD_ID_BYTES } from './key-space.js';

/**
 * Compares a collection's documents, count and index entries with each other. For tests, and for the doubtful: it reads
 * the whole collection at once.
 * @returns what is wrong, in words; empty when all is well.
 */
export function checkCollection(environment: Environment, collection: Collection): string[] {
  const problems: string[] = [];
  const expected = new Map(collection.indexes.map((index) => [index, new Map<string, string>()]));
  let count = 0;
  for (const { key, value } of environment.documents.getRange({
    start: documentKey(collection.id, 0),
    end: documentKey(collection.id + 1, 0),
  })) {
    count += 1;
    const recordId = recordIdOf(key, key.length - RECORD_ID_BYTES);
    for (const index of collection.indexes) {
      for (const entry of index.entriesOf(value, () => problems.push(`${index.spec.name}: unknown traits`))) {
        const id = recordIdBytes(recordId).toString('hex');
        const text = entry.key.toString('hex');
        expected.get(index)!.set(index.spec.unique ? text : text + id, index.spec.unique ? id : '');
      }
    }
  }
  if (count !== collection.count) problems.push(`count is ${collection.count}, documents are ${count}`);
  for (const [index, entries] of expected) {
    for (const { key, value } of environment.entries.getRange({
      start: index.prefix,
      end: afterPrefix(index.prefix),
    })) {
      const text = key.toString('hex');
      if (entries.get(text) !== value.toString('hex'))
        problems.push(`${index.spec.name}: stray entry ${text}`);
      entries.delete(text);
    }
    for (const text of entries.keys()) problems.push(`${index.spec.name}: missing entry ${text}`);
  }
  return problems;
}
