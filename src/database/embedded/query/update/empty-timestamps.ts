import { timestampValue } from '../../bson/bson-convert.js';
import { ElementCursor, encodeName, readInt64 } from '../../bson/bson-reader.js';
import { BsonType } from '../../bson/bson-value.js';
import { DocumentBuilder } from '../../bson/document-builder.js';

const ID = encodeName('_id');

/**
 * Sets empty timestamps (0, 0) of top-level fields to the present, as MongoDB does when a document is inserted or
 * replaced; `_id` stays. Answers the same reference when there is none.
 */
export function fillTimestamps(document: Uint8Array, now: Date): Uint8Array {
  const cursor = new ElementCursor(document);
  while (cursor.next()) if (isEmpty(cursor)) return filled(document, now);
  return document;
}

function isEmpty(cursor: ElementCursor): boolean {
  return (
    cursor.type === BsonType.timestamp && readInt64(cursor.bytes, cursor.start) === 0n && !cursor.nameIs(ID)
  );
}

function filled(document: Uint8Array, now: Date): Uint8Array {
  const seconds = Math.floor(now.getTime() / 1_000);
  const builder = new DocumentBuilder(document.length);
  const cursor = new ElementCursor(document);
  let increment = 0;
  while (cursor.next()) {
    if (isEmpty(cursor)) {
      increment += 1;
      builder.append(cursor.name(), timestampValue(seconds, increment));
    } else {
      builder.copyRange(document, cursor.elementStart, cursor.end);
    }
  }
  return builder.finish();
}
