import { deserialize, serialize } from 'bson';
import { ElementCursor } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';

const PREFIX_LENGTH = 4;

/**
 * The BSON of a JavaScript value as the bson package writes it (a bigint as Long; a field whose value is undefined is
 * left out of a document).
 */
export function toBson(value: unknown): BsonValue {
  const cursor = new ElementCursor(serialize({ '': value }, { ignoreUndefined: true }));
  return cursor.next() ? cursor.snapshot() : UNDEFINED_VALUE;
}

/** The JavaScript value of a BSON value, BSON's types kept (Int32, Double, Long… are the bson package's classes). */
export function fromBson(value: BsonValue): unknown {
  const size = value.end - value.start;
  const document = Buffer.alloc(PREFIX_LENGTH + 2 + size + 1);
  document.writeInt32LE(document.length, 0);
  document[PREFIX_LENGTH] = value.type;
  document.set(value.bytes.subarray(value.start, value.end), PREFIX_LENGTH + 2);
  return deserialize(document, { promoteValues: false, promoteLongs: false, bsonRegExp: true })[''];
}

const EMPTY = Buffer.alloc(0);

function constant(type: number, payload: Buffer = EMPTY): BsonValue {
  return { type, bytes: payload, start: 0, end: payload.length };
}

export const UNDEFINED_VALUE = constant(BsonType.undefined);
export const NULL_VALUE = constant(BsonType.null);
export const MIN_KEY_VALUE = constant(BsonType.minKey);
export const MAX_KEY_VALUE = constant(BsonType.maxKey);
export const TRUE_VALUE = constant(BsonType.bool, Buffer.from([1]));
export const FALSE_VALUE = constant(BsonType.bool, Buffer.from([0]));
export const EMPTY_ARRAY_VALUE = constant(BsonType.array, Buffer.from([5, 0, 0, 0, 0]));
export const EMPTY_DOCUMENT_VALUE = constant(BsonType.object, Buffer.from([5, 0, 0, 0, 0]));

export function booleanValue(value: boolean): BsonValue {
  return value ? TRUE_VALUE : FALSE_VALUE;
}

export function int32Value(value: number): BsonValue {
  const payload = Buffer.allocUnsafe(4);
  payload.writeInt32LE(value);
  return constant(BsonType.int, payload);
}

export function longValue(value: bigint): BsonValue {
  return constant(BsonType.long, eightBytes(value));
}

export function doubleValue(value: number): BsonValue {
  const payload = Buffer.allocUnsafe(8);
  payload.writeDoubleLE(value);
  return constant(BsonType.double, payload);
}

/** Milliseconds since 1970. */
export function dateValue(ms: number | bigint): BsonValue {
  return constant(BsonType.date, eightBytes(BigInt(ms)));
}

/** A timestamp of seconds since 1970 and a counter within the second. */
export function timestampValue(seconds: number, increment: number): BsonValue {
  return constant(
    BsonType.timestamp,
    eightBytes(BigInt.asIntN(64, (BigInt(seconds) << 32n) | BigInt(increment))),
  );
}

export function stringValue(value: string): BsonValue {
  const size = Buffer.byteLength(value, 'utf8');
  const payload = Buffer.allocUnsafe(size + 5);
  payload.writeInt32LE(size + 1);
  payload.write(value, 4, 'utf8');
  payload[size + 4] = 0;
  return constant(BsonType.string, payload);
}

function eightBytes(value: bigint): Buffer {
  const payload = Buffer.allocUnsafe(8);
  payload.writeBigInt64LE(value);
  return payload;
}
