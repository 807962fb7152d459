import { isNumber, toDouble, toExactInteger } from '../bson/bson-number.js';
import { payload, readBoolean, readString, valuesOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { locationError, storeErrors } from '../store.errors.js';

const TYPE_NAMES: Record<number, string> = {
  [BsonType.double]: 'double',
  [BsonType.string]: 'string',
  [BsonType.object]: 'object',
  [BsonType.array]: 'array',
  [BsonType.binary]: 'binData',
  [BsonType.undefined]: 'undefined',
  [BsonType.objectId]: 'objectId',
  [BsonType.bool]: 'bool',
  [BsonType.date]: 'date',
  [BsonType.null]: 'null',
  [BsonType.regex]: 'regex',
  [BsonType.dbPointer]: 'dbPointer',
  [BsonType.javascript]: 'javascript',
  [BsonType.symbol]: 'symbol',
  [BsonType.javascriptWithScope]: 'javascriptWithScope',
  [BsonType.int]: 'int',
  [BsonType.timestamp]: 'timestamp',
  [BsonType.long]: 'long',
  [BsonType.decimal]: 'decimal',
  [BsonType.minKey]: 'minKey',
  [BsonType.maxKey]: 'maxKey',
};

const NUMBER = 'long, int, decimal, double';

/** The fields of a command or of a part of it, read by type, with MongoDB's errors for what is wrong or missing. */
export class Arguments {
  constructor(
    /** How errors call it: the command, or `update.updates`. */
    private readonly subject: string,
    private readonly fields: ReadonlyMap<string, BsonValue>,
    private readonly sequences: ReadonlyMap<string, readonly Uint8Array[]> = new Map(),
  ) {}

  names(): IterableIterator<string> {
    return this.fields.keys();
  }

  has(name: string): boolean {
    return this.fields.has(name) || this.sequences.has(name);
  }

  value(name: string): BsonValue | undefined {
    const value = this.fields.get(name);
    return value?.type === BsonType.null ? undefined : value;
  }

  string(name: string): string | undefined {
    const value = this.value(name);
    if (value && value.type !== BsonType.string) throw this.wrongType(name, value, 'string');
    return value && readString(value);
  }

  requiredString(name: string): string {
    return this.string(name) ?? this.missing(name);
  }

  /** MongoDB takes numbers for booleans in most commands. */
  boolean(name: string): boolean {
    const value = this.value(name);
    if (!value) return false;
    if (value.type === BsonType.bool) return readBoolean(value);
    if (isNumber(value)) return toDouble(value) !== 0;
    throw this.wrongType(name, value, 'bool');
  }

  /** A whole number that is not negative; a fraction is cut, as MongoDB does. */
  count(name: string): number | undefined {
    const number = this.integer(name);
    if (number !== undefined && number < 0) {
      throw locationError(51_024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
    }
    return number;
  }

  integer(name: string): number | undefined {
    const value = this.value(name);
    if (!value) return undefined;
    if (!isNumber(value)) throw this.wrongType(name, value, NUMBER);
    return Math.trunc(toDouble(value));
  }

  long(name: string): bigint | undefined {
    const value = this.value(name);
    if (!value) return undefined;
    if (!isNumber(value)) throw this.wrongType(name, value, NUMBER);
    return toExactInteger(value);
  }

  document(name: string): Uint8Array | undefined {
    const value = this.value(name);
    if (!value) return undefined;
    if (value.type !== BsonType.object) throw this.wrongType(name, value, 'object');
    return payload(value);
  }

  requiredDocument(name: string): Uint8Array {
    return this.document(name) ?? this.missing(name);
  }

  array(name: string): BsonValue[] | undefined {
    const value = this.value(name);
    if (!value) return undefined;
    if (value.type !== BsonType.array) throw this.wrongType(name, value, 'array');
    return valuesOf(value);
  }

  /** An array of documents, or the document sequence of this name. */
  documents(name: string): readonly Uint8Array[] | undefined {
    const sequence = this.sequences.get(name);
    if (sequence) return sequence;
    return this.array(name)?.map((value, index) => {
      if (value.type !== BsonType.object) throw this.wrongType(`${name}.${index}`, value, 'object');
      return payload(value);
    });
  }

  requiredDocuments(name: string): readonly Uint8Array[] {
    return this.documents(name) ?? this.missing(name);
  }

  /** Refuses options MongoDB has and this store has not, unless they are set to what does nothing. */
  refuse(...names: string[]): void {
    for (const name of names) {
      const value = this.value(name);
      if (value === undefined || (value.type === BsonType.bool && !readBoolean(value))) continue;
      throw storeErrors.NotImplemented(
        `The '${name}' option of '${this.subject}' is not supported by this store`,
      );
    }
  }

  wrongType(name: string, value: BsonValue, expected: string): Error {
    const types = expected.includes(',') ? `types '[${expected}]'` : `type '${expected}'`;
    return storeErrors.TypeMismatch(
      `BSON field '${this.subject}.${name}' is the wrong type '${typeName(value)}', expected ${types}`,
    );
  }

  missing(name: string): never {
    throw locationError(40_414, `BSON field '${this.subject}.${name}' is missing but a required field`);
  }

  unknown(name: string): Error {
    return locationError(40_415, `BSON field '${this.subject}.${name}' is an unknown field.`);
  }
}

export function typeName(value: BsonValue): string {
  return TYPE_NAMES[value.type] ?? 'unknown';
}
