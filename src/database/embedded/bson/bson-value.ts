/** The type bytes of BSON (bsonspec.org). */
export const BsonType = {
  double: 0x01,
  string: 0x02,
  object: 0x03,
  array: 0x04,
  binary: 0x05,
  undefined: 0x06,
  objectId: 0x07,
  bool: 0x08,
  date: 0x09,
  null: 0x0a,
  regex: 0x0b,
  dbPointer: 0x0c,
  javascript: 0x0d,
  symbol: 0x0e,
  javascriptWithScope: 0x0f,
  int: 0x10,
  timestamp: 0x11,
  long: 0x12,
  decimal: 0x13,
  maxKey: 0x7f,
  minKey: 0xff,
} as const;

/**
 * A view of one BSON value: `bytes[start…end)` is its payload as it stands in an element after the name. Strings keep
 * their length prefix and NUL, documents their length prefix and NUL, so a payload is copied as it is.
 */
export interface BsonValue {
  /** BSON's type byte, one of {@link BsonType}. */
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const NAMES = new Map<number, string>(Object.entries(BsonType).map(([name, type]) => [type, name]));

/** MongoDB's name (alias) of a type byte. */
export function typeAlias(type: number): string {
  return NAMES.get(type) ?? 'missing';
}
