import { cstringEnd, ElementCursor, readInt32 } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';
import { typeRank } from './compare.js';
import { writeNumberKey } from './number-key.js';
import type { KeyWriter } from './key-writer.js';

/*
 * Each value is written as one byte for its type (or, for numbers, its kind of number) and then a payload. No payload is
 * a prefix of another of the same type, so comparing the keys of several values by memcmp compares them value by value,
 * and a descending value is simply written with all its bits inverted.
 */

/** Above the ranks of numbers' kinds, see number-key.ts. */
const RANK_OFFSET = 1;
const END = 0x00;
const NULL_RANK = typeRank(BsonType.null);

/**
 * Appends the key of these values: memcmp of two keys with the same directions orders them as `compareValues` orders
 * the values, one after the other, and equal values give equal keys whatever their types (`5` and `5.0`). A missing
 * value counts as null, as in MongoDB's indexes. The key of the first n values is a prefix of the key of all of them.
 */
export function encodeKey(
  values: readonly (BsonValue | undefined)[],
  directions: readonly (1 | -1)[],
  out: KeyWriter,
): void {
  for (let index = 0; index < values.length; index += 1) {
    const start = out.length;
    const value = values[index];
    if (value === undefined) out.byte(NULL_RANK + RANK_OFFSET);
    else writeValue(value, out);
    if (directions[index] === -1) out.invert(start);
  }
}

function writeValue(value: BsonValue, out: KeyWriter): void {
  if (writeNumberKey(value, out)) return;
  out.byte(typeRank(value.type) + RANK_OFFSET);
  writePayload(value, out);
}

function writePayload(value: BsonValue, out: KeyWriter): void {
  const { bytes, start, end } = value;
  switch (value.type) {
    case BsonType.string:
    case BsonType.symbol:
    case BsonType.javascript:
      return out.escaped(bytes, start + 4, end - 1);
    case BsonType.object:
      return writeElements(ElementCursor.over(value), true, out);
    case BsonType.array:
      return writeElements(ElementCursor.over(value), false, out);
    case BsonType.binary:
      out.uint32(readInt32(bytes, start));
      return out.raw(bytes, start + 4, end);
    case BsonType.date:
      out.byte(bytes[end - 1]! ^ 0x80);
      return out.reversed(bytes, start, end - 1);
    case BsonType.timestamp:
      return out.reversed(bytes, start, end);
    case BsonType.dbPointer:
      out.uint32(end - start);
      return out.raw(bytes, start, end);
    case BsonType.javascriptWithScope: {
      const scope = start + 8 + readInt32(bytes, start + 4);
      out.escaped(bytes, start + 8, scope - 1);
      return writeElements(new ElementCursor(bytes, scope), true, out);
    }
    default:
      return out.raw(bytes, start, end);
  }
}

/** Type, name, payload of each element: the order in which documents compare. Names hold no NUL. */
function writeElements(cursor: ElementCursor, withNames: boolean, out: KeyWriter): void {
  while (cursor.next()) {
    if (!withNames) {
      writeValue(cursor, out);
      continue;
    }
    out.byte(typeRank(cursor.type) + RANK_OFFSET);
    out.raw(cursor.bytes, cursor.nameStart, cstringEnd(cursor.bytes, cursor.nameStart) + 1);
    if (!writeNumberKey(cursor, out)) writePayload(cursor, out);
  }
  out.byte(END);
}
