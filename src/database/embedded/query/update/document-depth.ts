import { ElementCursor } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';

/** MongoDB's limit on the nesting of a document that is stored, below that on what it reads (200). */
const MOST_STORED_NESTING = 180;

/** Levels of documents and arrays: 0 for a scalar, 1 for a document of scalars. */
export function depthOf(value: BsonValue): number {
  if (value.type !== BsonType.object && value.type !== BsonType.array) return 0;
  let deepest = 0;
  const cursor = ElementCursor.over(value);
  while (cursor.next()) {
    if (cursor.type === BsonType.object || cursor.type === BsonType.array) {
      deepest = Math.max(deepest, depthOf(cursor));
    }
  }
  return deepest + 1;
}

/** @throws StoreError Overflow (15) when a stored document would be nested too deep. */
export function requireDepth(depth: number): void {
  if (depth > MOST_STORED_NESTING) {
    throw storeErrors.Overflow(`Document exceeds maximum nesting depth of ${MOST_STORED_NESTING}`);
  }
}
