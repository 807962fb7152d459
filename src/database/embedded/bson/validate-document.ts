import { isUtf8 } from 'node:buffer';
import { storeErrors } from '../store.errors.js';
import { readInt32 } from './bson-reader.js';
import { BsonType } from './bson-value.js';

/** MongoDB's limit on nesting, documents and arrays together, above the 100 its documentation promises. */
export const MOST_NESTING = 200;

const REGEX_FLAGS = new Set([...'ilmsux'].map((flag) => flag.charCodeAt(0)));

/**
 * Checks that `bytes` hold one well-formed BSON document at `start`: lengths, terminators, known types, UTF-8, at most
 * {@link MOST_NESTING} levels. Decodes and allocates nothing for ASCII text.
 * @returns where the document ends.
 * @throws StoreError InvalidBSON (22), or Overflow (15) for too deep a document.
 */
export function validateDocument(bytes: Uint8Array, start = 0): number {
  return new Validation(bytes).document(start, bytes.length, 1);
}

function invalid(reason: string, at: number): never {
  throw storeErrors.InvalidBSON(`invalid BSON: ${reason} at byte ${at}`);
}

class Validation {
  constructor(private readonly bytes: Uint8Array) {}

  document(start: number, limit: number, depth: number): number {
    if (depth > MOST_NESTING) {
      throw storeErrors.Overflow(`BSONObj exceeded maximum nested object depth: ${MOST_NESTING}`);
    }
    const end = start + this.length(start, limit, 5);
    if (end > limit) invalid('a document longer than what holds it', start);
    const last = end - 1;
    if (this.bytes[last] !== 0) invalid('a document without its terminator', last);
    let at = start + 4;
    while (at < last) {
      const type = this.bytes[at]!;
      at = this.value(type, this.cstring(at + 1, last), last, depth);
    }
    if (at !== last) invalid('a value beyond the end of its document', at);
    return end;
  }

  private length(at: number, limit: number, least: number): number {
    if (at + 4 > limit) invalid('a length cut off', at);
    const length = readInt32(this.bytes, at);
    if (length < least) invalid(`a length of ${length}`, at);
    return length;
  }

  private value(type: number, at: number, limit: number, depth: number): number {
    switch (type) {
      case BsonType.string:
      case BsonType.javascript:
      case BsonType.symbol:
        return this.text(at, limit);
      case BsonType.object:
      case BsonType.array:
        return this.document(at, limit, depth + 1);
      case BsonType.binary:
        return this.binary(at, limit);
      case BsonType.bool:
        if (this.bytes[at]! > 1) invalid('a boolean that is neither 0 nor 1', at);
        return this.fixed(at, 1, limit);
      case BsonType.regex:
        return this.regexFlags(this.cstring(at, limit), limit);
      case BsonType.dbPointer:
        return this.fixed(this.text(at, limit), 12, limit);
      case BsonType.javascriptWithScope:
        return this.codeWithScope(at, limit, depth);
      default:
        return this.fixed(at, FIXED_SIZES[type] ?? invalid(`unknown type ${type}`, at), limit);
    }
  }

  private fixed(at: number, size: number, limit: number): number {
    if (at + size > limit) invalid('a value cut off', at);
    return at + size;
  }

  /** Answers where the next byte after the NUL stands. */
  private cstring(at: number, limit: number): number {
    let ascii = true;
    for (let end = at; end < limit; end += 1) {
      const byte = this.bytes[end]!;
      if (byte === 0) {
        if (!ascii) this.utf8(at, end);
        return end + 1;
      }
      if (byte > 0x7f) ascii = false;
    }
    return invalid('a name without its terminator', at);
  }

  private text(at: number, limit: number): number {
    const length = this.length(at, limit, 1);
    const end = at + 4 + length;
    if (end > limit) invalid('a string cut off', at);
    if (this.bytes[end - 1] !== 0) invalid('a string without its terminator', end - 1);
    this.utf8(at + 4, end - 1);
    return end;
  }

  private utf8(start: number, end: number): void {
    for (let at = start; at < end; at += 1) {
      if (this.bytes[at]! > 0x7f) {
        if (!isUtf8(this.bytes.subarray(at, end))) invalid('text that is not UTF-8', start);
        return;
      }
    }
  }

  private binary(at: number, limit: number): number {
    const length = this.length(at, limit, 0);
    const end = this.fixed(at, 5 + length, limit);
    const oldSubtype = this.bytes[at + 4] === 2;
    if (oldSubtype && (length < 4 || readInt32(this.bytes, at + 5) !== length - 4)) {
      invalid('a binary of subtype 2 whose lengths disagree', at);
    }
    return end;
  }

  private regexFlags(at: number, limit: number): number {
    const end = this.cstring(at, limit);
    for (let flag = at; flag < end - 1; flag += 1) {
      if (!REGEX_FLAGS.has(this.bytes[flag]!)) invalid('an unknown regular expression flag', flag);
    }
    return end;
  }

  private codeWithScope(at: number, limit: number, depth: number): number {
    const end = at + this.length(at, limit, 14);
    if (end > limit) invalid('code with scope cut off', at);
    const scope = this.text(at + 4, end);
    if (this.document(scope, end, depth + 1) !== end) invalid('code with scope of the wrong length', at);
    return end;
  }
}

const FIXED_SIZES: Record<number, number> = {
  [BsonType.double]: 8,
  [BsonType.undefined]: 0,
  [BsonType.objectId]: 12,
  [BsonType.date]: 8,
  [BsonType.null]: 0,
  [BsonType.int]: 4,
  [BsonType.timestamp]: 8,
  [BsonType.long]: 8,
  [BsonType.decimal]: 16,
  [BsonType.minKey]: 0,
  [BsonType.maxKey]: 0,
};
