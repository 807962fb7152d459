import { encodeName, readInt32 } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';
import { toBson } from './bson-convert.js';

/** Up to so many bytes a loop is faster than a native copy, which needs a view. */
const COPIED_BY_BYTE = 80;

type Name = string | Uint8Array | number;

/**
 * Builds one BSON document in a growing buffer. Nested documents are opened and closed; ranges of elements that stand
 * in other documents are copied as bytes. One builder may build many documents after each other.
 */
export class DocumentBuilder {
  private bytes: Buffer;
  private length = 4;
  private readonly open: number[] = [0];

  constructor(capacity = 512) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Forgets what was built. */
  reset(): this {
    this.length = 4;
    this.open.length = 0;
    this.open.push(0);
    return this;
  }

  /** Closes the document and answers a copy of its bytes; the builder is ready for the next. */
  finish(): Buffer {
    if (this.open.length !== 1) throw new Error('a nested document is still open');
    this.close();
    const document = Buffer.from(this.bytes.subarray(0, this.length));
    this.reset();
    return document;
  }

  /**
   * Closes the document and answers the builder's own bytes, not a copy: for a builder made for one document, whose
   * capacity is best its size.
   */
  finishOwned(): Buffer {
    if (this.open.length !== 1) throw new Error('a nested document is still open');
    this.close();
    return this.length === this.bytes.length ? this.bytes : this.bytes.subarray(0, this.length);
  }

  /** Bytes written so far, for size limits. */
  get size(): number {
    return this.length;
  }

  append(name: Name, value: BsonValue): this {
    this.header(value.type, name);
    this.copyRange(value.bytes, value.start, value.end);
    return this;
  }

  /** Appends a JavaScript value: numbers that are 32-bit integers as Int32, other numbers as Double. */
  appendJs(name: Name, value: unknown): this {
    return this.append(name, toBson(value));
  }

  appendInt32(name: Name, value: number): this {
    this.header(BsonType.int, name);
    this.reserve(4);
    this.length = this.bytes.writeInt32LE(value, this.length);
    return this;
  }

  appendDouble(name: Name, value: number): this {
    this.header(BsonType.double, name);
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
    return this;
  }

  appendLong(name: Name, value: bigint): this {
    this.header(BsonType.long, name);
    this.reserve(8);
    this.length = this.bytes.writeBigInt64LE(value, this.length);
    return this;
  }

  appendBoolean(name: Name, value: boolean): this {
    this.header(BsonType.bool, name);
    this.reserve(1);
    this.bytes[this.length] = value ? 1 : 0;
    this.length += 1;
    return this;
  }

  appendNull(name: Name): this {
    this.header(BsonType.null, name);
    return this;
  }

  appendString(name: Name, value: string): this {
    this.header(BsonType.string, name);
    this.reserve(value.length * 3 + 5);
    const written = this.bytes.write(value, this.length + 4, 'utf8');
    this.bytes.writeInt32LE(written + 1, this.length);
    this.bytes[this.length + 4 + written] = 0;
    this.length += written + 5;
    return this;
  }

  appendDate(name: Name, value: Date): this {
    this.header(BsonType.date, name);
    this.reserve(8);
    this.length = this.bytes.writeBigInt64LE(BigInt(value.getTime()), this.length);
    return this;
  }

  /** Appends a whole document as a field. */
  appendDocument(name: Name, document: Uint8Array): this {
    this.header(BsonType.object, name);
    this.copyRange(document, 0, document.length);
    return this;
  }

  /** Appends an array whose bytes are those of a document with the names 0, 1, … */
  appendArray(name: Name, array: Uint8Array): this {
    this.header(BsonType.array, name);
    this.copyRange(array, 0, array.length);
    return this;
  }

  openDocument(name: Name): this {
    return this.openNested(BsonType.object, name);
  }

  openArray(name: Name): this {
    return this.openNested(BsonType.array, name);
  }

  /** Closes the innermost open document or array. */
  close(): this {
    const start = this.open.pop();
    if (start === undefined) throw new Error('no document is open');
    this.reserve(1);
    this.bytes[this.length] = 0;
    this.length += 1;
    this.bytes.writeInt32LE(this.length - start, start);
    return this;
  }

  /** Copies whole elements (type byte, name, value) as they are. */
  copyRange(from: Uint8Array, start: number, end: number): this {
    const size = end - start;
    this.reserve(size);
    if (size <= COPIED_BY_BYTE) {
      for (let index = 0; index < size; index += 1) this.bytes[this.length + index] = from[start + index]!;
    } else {
      this.bytes.set(start === 0 && end === from.length ? from : from.subarray(start, end), this.length);
    }
    this.length += size;
    return this;
  }

  /** Copies all elements of a document into the one being built. */
  copyElements(document: BsonValue): this {
    const { bytes, start } = document;
    return this.copyRange(bytes, start + 4, start + readInt32(bytes, start) - 1);
  }

  private openNested(type: number, name: Name): this {
    this.header(type, name);
    this.open.push(this.length);
    this.reserve(4);
    this.length += 4;
    return this;
  }

  private header(type: number, name: Name): void {
    const encoded =
      typeof name === 'number' ? indexName(name) : typeof name === 'string' ? encodeName(name) : name;
    const size = encoded.length;
    this.reserve(size + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at] = type;
    at += 1;
    for (let index = 0; index < size; index += 1) bytes[at + index] = encoded[index]!;
    bytes[at + size] = 0;
    this.length = at + size + 1;
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const INDEX_NAMES = Array.from({ length: 1_000 }, (_, index) => Buffer.from(String(index)));

function indexName(index: number): Uint8Array {
  return INDEX_NAMES[index] ?? Buffer.from(String(index));
}

/** An array value of these values. */
export function arrayOf(values: readonly BsonValue[]): BsonValue {
  let size = 5;
  for (let index = 0; index < values.length; index += 1) {
    const { start, end } = values[index]!;
    size += 2 + indexName(index).length + end - start;
  }
  const builder = new DocumentBuilder(size);
  for (let index = 0; index < values.length; index += 1) builder.append(index, values[index]!);
  const bytes = builder.finishOwned();
  return { type: BsonType.array, bytes, start: 0, end: bytes.length };
}

/** A document value of these fields, in this order. */
export function documentOf(fields: Iterable<readonly [string, BsonValue]>): BsonValue {
  const builder = new DocumentBuilder(128);
  for (const [name, value] of fields) builder.append(name, value);
  const bytes = builder.finishOwned();
  return { type: BsonType.object, bytes, start: 0, end: bytes.length };
}
