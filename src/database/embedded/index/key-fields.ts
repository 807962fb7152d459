/*
 * Where one field of an index key ends. This mirrors bson/key-encoding.ts and bson/number-key.ts for the types that
 * fields mostly have; a property test holds them together.
 */

const UNKNOWN = -1;

/** First bytes of fields: the type's rank plus one, or the kind of a number. */
const First = {
  minKey: 1,
  undefined: 4,
  null: 6,
  nan: 7,
  minusInfinity: 8,
  negative: 10,
  zeroOrTiny: 11,
  positive: 12,
  infinity: 14,
  string: 16,
  binary: 31,
  objectId: 36,
  bool: 41,
  date: 46,
  timestamp: 48,
  maxKey: 128,
} as const;

const ZERO = 2;

/**
 * @param inverted the field is descending, its bytes inverted.
 * @returns where the field that starts at `start` ends, or -1 for types whose end takes parsing (documents, arrays,
 * patterns, code) and decimals beyond the doubles' range.
 */
export function fieldEnd(key: Uint8Array, start: number, inverted: boolean): number {
  const mask = inverted ? 0xff : 0;
  switch (key[start]! ^ mask) {
    case First.minKey:
    case First.maxKey:
    case First.undefined:
    case First.null:
    case First.nan:
    case First.minusInfinity:
    case First.infinity:
      return start + 1;
    case First.bool:
      return start + 2;
    case First.date:
    case First.timestamp:
      return start + 9;
    case First.objectId:
      return start + 13;
    case First.zeroOrTiny:
      return (key[start + 1]! ^ mask) === ZERO ? start + 2 : UNKNOWN;
    case First.positive:
      return magnitudeEnd(key, start, mask);
    case First.negative:
      return magnitudeEnd(key, start, mask ^ 0xff);
    case First.string:
      return stringEnd(key, start + 1, mask);
    case First.binary:
      return start + 1 + 4 + 1 + binaryLength(key, start + 1, mask);
    default:
      return UNKNOWN;
  }
}

/** A double, then 00, or 01 and 16 bytes of fraction. */
function magnitudeEnd(key: Uint8Array, start: number, mask: number): number {
  return (key[start + 9]! ^ mask) === 0 ? start + 10 : start + 26;
}

/** Text ends with 00 00; a 00 within it is followed by FF. */
function stringEnd(key: Uint8Array, start: number, mask: number): number {
  let at = start;
  for (; at < key.length; at += 1) {
    if (key[at] !== mask) continue;
    if (key[at + 1] === mask) return at + 2;
    at += 1;
  }
  return UNKNOWN;
}

function binaryLength(key: Uint8Array, at: number, mask: number): number {
  return (
    (key[at]! ^ mask) * 2 ** 24 +
    (((key[at + 1]! ^ mask) << 16) | ((key[at + 2]! ^ mask) << 8) | (key[at + 3]! ^ mask))
  );
}
