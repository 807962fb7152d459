import { BsonType, type BsonValue } from './bson-value.js';

/*
 * Readers trust their input: bytes from outside pass validateDocument first. They read integers byte by byte because a
 * DataView for each document costs more than the few fields a query reads.
 */

const scratch = new Uint8Array(8);
const scratchDouble = new Float64Array(scratch.buffer);
const scratchLong = new BigInt64Array(scratch.buffer);

export function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function load(bytes: Uint8Array, at: number): void {
  for (let index = 0; index < 8; index += 1) scratch[index] = bytes[at + index]!;
}

export function readDouble(bytes: Uint8Array, at: number): number {
  load(bytes, at);
  return scratchDouble[0]!;
}

export function readInt64(bytes: Uint8Array, at: number): bigint {
  load(bytes, at);
  return scratchLong[0]!;
}

const NATIVE_DECODE_FROM = 24;

/** Decodes UTF-8; short ASCII (most names) without a native call. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= NATIVE_DECODE_FROM) {
    let text = '';
    for (let at = start; ; at += 1) {
      if (at === end) return text;
      const byte = bytes[at]!;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

/** The end of the cstring that starts at `at`: the place of its NUL. */
export function cstringEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] !== 0) end += 1;
  return end;
}

/** Where the payload of a value of this type ends. */
export function valueEnd(bytes: Uint8Array, type: number, start: number): number {
  switch (type) {
    case BsonType.string:
    case BsonType.javascript:
    case BsonType.symbol:
      return start + 4 + readInt32(bytes, start);
    case BsonType.object:
    case BsonType.array:
    case BsonType.javascriptWithScope:
      return start + readInt32(bytes, start);
    case BsonType.binary:
      return start + 5 + readInt32(bytes, start);
    case BsonType.dbPointer:
      return start + 16 + readInt32(bytes, start);
    case BsonType.regex:
      return cstringEnd(bytes, cstringEnd(bytes, start) + 1) + 1;
    default:
      return start + (FIXED_SIZES[type] ?? 0);
  }
}

const FIXED_SIZES: Record<number, number> = {
  [BsonType.double]: 8,
  [BsonType.objectId]: 12,
  [BsonType.bool]: 1,
  [BsonType.date]: 8,
  [BsonType.int]: 4,
  [BsonType.timestamp]: 8,
  [BsonType.long]: 8,
  [BsonType.decimal]: 16,
};

/**
 * Walks the elements of one document. It is itself the {@link BsonValue} of the current element, so that a scan
 * allocates nothing; take {@link snapshot} of a value to keep.
 */
export class ElementCursor implements BsonValue {
  type = 0;
  start = 0;
  end: number;
  nameStart = 0;
  nameEnd = 0;

  /** `docStart` is where the document's length prefix stands. */
  constructor(
    readonly bytes: Uint8Array,
    docStart = 0,
  ) {
    this.end = docStart + 4;
  }

  static over(document: BsonValue): ElementCursor {
    return new ElementCursor(document.bytes, document.start);
  }

  /** Steps to the next element; false at the end of the document. */
  next(): boolean {
    const { bytes } = this;
    const at = this.end;
    const type = bytes[at]!;
    if (type === 0) return false;
    let nameEnd = at + 1;
    while (bytes[nameEnd] !== 0) nameEnd += 1;
    this.type = type;
    this.nameStart = at + 1;
    this.nameEnd = nameEnd;
    this.start = nameEnd + 1;
    this.end = valueEnd(bytes, type, nameEnd + 1);
    return true;
  }

  /** Where the current element starts: its type byte. */
  get elementStart(): number {
    return this.nameStart - 1;
  }

  name(): string {
    return readUtf8(this.bytes, this.nameStart, this.nameEnd);
  }

  nameIs(name: Uint8Array): boolean {
    const { bytes, nameStart } = this;
    const { length } = name;
    if (this.nameEnd - nameStart !== length) return false;
    for (let index = 0; index < length; index += 1) {
      if (bytes[nameStart + index] !== name[index]) return false;
    }
    return true;
  }

  snapshot(): BsonValue {
    return { type: this.type, bytes: this.bytes, start: this.start, end: this.end };
  }
}

/** A document's bytes as a value of type object. */
export function documentValue(bytes: Uint8Array): BsonValue {
  return { type: BsonType.object, bytes, start: 0, end: bytes.length };
}

/** The bytes of a value's payload, not copied. */
export function payload(value: BsonValue): Uint8Array {
  return value.start === 0 && value.end === value.bytes.length
    ? value.bytes
    : value.bytes.subarray(value.start, value.end);
}

function cursorOver(document: Uint8Array | BsonValue): ElementCursor {
  return document instanceof Uint8Array ? new ElementCursor(document) : ElementCursor.over(document);
}

/** Calls `visit` for each element in order; stops when it answers false. */
export function eachElement(
  document: Uint8Array | BsonValue,
  visit: (name: string, value: BsonValue) => boolean | void,
): void {
  const cursor = cursorOver(document);
  while (cursor.next()) {
    if (visit(cursor.name(), cursor.snapshot()) === false) return;
  }
}

/** All elements of a document or array, in order. */
export function elementsOf(document: Uint8Array | BsonValue): { name: string; value: BsonValue }[] {
  const elements: { name: string; value: BsonValue }[] = [];
  eachElement(document, (name, value) => {
    elements.push({ name, value });
  });
  return elements;
}

/** The values of a document's fields by name; the last when a name stands twice. */
export function fieldMap(document: Uint8Array | BsonValue): Map<string, BsonValue> {
  const fields = new Map<string, BsonValue>();
  const cursor = cursorOver(document);
  while (cursor.next()) fields.set(cursor.name(), cursor.snapshot());
  return fields;
}

/** All values of an array (or document), in order. */
export function valuesOf(array: Uint8Array | BsonValue): BsonValue[] {
  const values: BsonValue[] = [];
  const cursor = cursorOver(array);
  while (cursor.next()) values.push(cursor.snapshot());
  return values;
}

const encodedNames = new Map<string, Uint8Array>();
const MOST_ENCODED_NAMES = 2_000;

/** UTF-8 of a field name; the same array for the same name, so do not write to it. */
export function encodeName(name: string): Uint8Array {
  let encoded = encodedNames.get(name);
  if (encoded === undefined) {
    encoded = Buffer.from(name, 'utf8');
    if (encodedNames.size >= MOST_ENCODED_NAMES) encodedNames.clear();
    encodedNames.set(name, encoded);
  }
  return encoded;
}

/** The value of a field of the document itself (no dotted paths); the first when a name stands twice. */
export function getField(document: Uint8Array | BsonValue, name: string | Uint8Array): BsonValue | undefined {
  const wanted = typeof name === 'string' ? encodeName(name) : name;
  const cursor = cursorOver(document);
  while (cursor.next()) {
    if (cursor.nameIs(wanted)) return cursor.snapshot();
  }
  return undefined;
}

/** Follows a dotted path through objects, and through arrays by index only (no implicit traversal). */
export function getPath(
  document: Uint8Array | BsonValue,
  path: string | readonly string[],
): BsonValue | undefined {
  let value: BsonValue | undefined = document instanceof Uint8Array ? documentValue(document) : document;
  for (const part of typeof path === 'string' ? path.split('.') : path) {
    if (value.type !== BsonType.object && value.type !== BsonType.array) return undefined;
    value = getField(value, part);
    if (value === undefined) return undefined;
  }
  return value;
}

/** The text of a string, symbol or JavaScript value. */
export function readString(value: BsonValue): string {
  return readUtf8(value.bytes, value.start + 4, value.end - 1);
}

export function readBoolean(value: BsonValue): boolean {
  return value.bytes[value.start] === 1;
}

/** Milliseconds since 1970 of a date; a date beyond JavaScript's range gives an inexact number. */
export function readDateMs(value: BsonValue): number {
  const { bytes, start } = value;
  return readInt32(bytes, start + 4) * 4_294_967_296 + (readInt32(bytes, start) >>> 0);
}

/** True when an array index name such as `0` or `12` (no sign, no leading zero). */
export function isIndexName(name: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(name);
}
