import { NULL_VALUE } from '../bson/bson-convert.js';
import { payload } from '../bson/bson-reader.js';
import { documentOf } from '../bson/document-builder.js';
import type { Index, IndexEntry } from '../index/index.js';
import type { AccessPath } from './planner.js';

const NOTHING = payload(documentOf([]));

/** The index key by which a plan finds a document, as `returnKey` tells it; empty when it uses no index. */
export function returnedKey(access: AccessPath, document: Uint8Array): Uint8Array {
  if (access.kind === 'collection') return NOTHING;
  if (access.kind === 'union') {
    const keys = access.paths.map((path) => returnedKey(path, document));
    return keys.find((key) => key !== NOTHING) ?? NOTHING;
  }
  const { index } = access;
  const entries = entriesInOrder(index, document);
  const found = entries.find(({ key }) =>
    access.kind === 'keys'
      ? access.keys.some((wanted) => wanted.equals(key))
      : access.ranges.some(({ start, end }) => key.compare(start) >= 0 && key.compare(end) < 0),
  );
  if (!found) return NOTHING;
  return payload(
    documentOf(index.spec.fields.map(({ path }, at) => [path, found.values[at] ?? NULL_VALUE] as const)),
  );
}

function entriesInOrder(index: Index, document: Uint8Array): IndexEntry[] {
  return index.entriesOf(document, () => undefined).toSorted((a, b) => Buffer.compare(a.key, b.key));
}
