import { elementsOf, payload, readBoolean, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { requireSimpleCollation } from '../query/collation.js';
import { locationError, storeErrors } from '../store.errors.js';

export interface IndexField {
  readonly path: string;
  readonly direction: 1 | -1;
}

/** An index as `createIndexes` asks for it and `listIndexes` tells it. */
export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly key: Uint8Array;
  readonly unique: boolean;
  /** Takes no further duplicates, on the way to being unique. */
  readonly prepareUnique: boolean;
  readonly sparse: boolean;
  readonly hidden: boolean;
  readonly partialFilter: Uint8Array | undefined;
  readonly expireAfterSeconds: number | undefined;
}

const OPTIONS = new Set([
  'key',
  'name',
  'v',
  'ns',
  'background',
  'unique',
  'prepareUnique',
  'sparse',
  'hidden',
  'partialFilterExpression',
  'expireAfterSeconds',
  'collation',
]);
const OTHER_KINDS = new Set(['text', '2d', '2dsphere', 'hashed', 'geoHaystack', 'wildcard', 'columnstore']);
const MOST_TTL_SECONDS = 2_147_483_647;

/** @throws StoreError CannotCreateIndex (67) and its kin, as MongoDB's `createIndexes` does. */
export function parseIndexSpec(spec: BsonValue): IndexSpec {
  if (spec.type !== BsonType.object)
    throw storeErrors.TypeMismatch('an index must be described by a document');
  const options = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  for (const name of options.keys()) {
    if (!OPTIONS.has(name)) {
      throw storeErrors.InvalidIndexSpecificationOption(
        `The field '${name}' is not valid for an index specification. Specification: an index of this store`,
      );
    }
  }
  const key = options.get('key');
  if (key?.type !== BsonType.object) {
    throw storeErrors.FailedToParse("The 'key' field is a required property of an index specification");
  }
  refuseCollation(options.get('collation'));
  const fields = parseKeyPattern(key);
  return {
    name: nameOf(options.get('name')),
    fields,
    key: Buffer.from(payload(key)),
    unique: flag(options.get('unique')),
    prepareUnique: flag(options.get('prepareUnique')),
    sparse: flag(options.get('sparse')),
    hidden: flag(options.get('hidden')),
    ...parseTtl(options.get('expireAfterSeconds'), fields),
    ...parsePartial(options.get('partialFilterExpression'), flag(options.get('sparse'))),
  };
}

/** The `_id_` index that every collection has. */
export function idIndexSpec(): IndexSpec {
  return {
    name: '_id_',
    fields: [{ path: '_id', direction: 1 }],
    key: new DocumentBuilder(32).appendInt32('_id', 1).finish(),
    unique: true,
    prepareUnique: false,
    sparse: false,
    hidden: false,
    partialFilter: undefined,
    expireAfterSeconds: undefined,
  };
}

/** The document `listIndexes` answers; also how the catalog keeps an index. */
export function describeIndex(spec: IndexSpec): Buffer {
  const builder = new DocumentBuilder()
    .appendInt32('v', 2)
    .appendDocument('key', spec.key)
    .appendString('name', spec.name);
  // MongoDB leaves `unique` out for _id_, though that index is unique.
  if (spec.unique && spec.name !== '_id_') builder.appendBoolean('unique', true);
  if (spec.prepareUnique) builder.appendBoolean('prepareUnique', true);
  if (spec.sparse) builder.appendBoolean('sparse', true);
  if (spec.hidden) builder.appendBoolean('hidden', true);
  if (spec.partialFilter) builder.appendDocument('partialFilterExpression', spec.partialFilter);
  if (spec.expireAfterSeconds !== undefined)
    builder.appendInt32('expireAfterSeconds', spec.expireAfterSeconds);
  return builder.finish();
}

function readNumber(value: BsonValue): number | undefined {
  return isNumber(value) ? toDouble(value) : undefined;
}

/** The fields of a key pattern such as `{a: 1, b: -1}`. */
export function parseKeyPattern(key: BsonValue): IndexField[] {
  const elements = elementsOf(key);
  if (elements.length === 0) throw storeErrors.CannotCreateIndex('Index keys cannot be an empty object');
  if (elements.length > 32) throw locationError(13_103, 'Index key pattern too large');
  return elements.map(({ name, value }) => {
    if (name === '') throw storeErrors.CannotCreateIndex('Index keys cannot be an empty field');
    if (name.startsWith('$') || name.split('.').some((part) => part === '' || part.startsWith('$'))) {
      throw storeErrors.CannotCreateIndex(
        name.includes('$**')
          ? 'wildcard indexes are not supported by this store'
          : `Index key contains an illegal field name: field name starts with '$' or is empty: ${name}`,
      );
    }
    return { path: name, direction: parseDirection(value) };
  });
}

function parseDirection(value: BsonValue): 1 | -1 {
  if (value.type === BsonType.string) {
    const kind = readString(value);
    throw storeErrors.CannotCreateIndex(
      OTHER_KINDS.has(kind)
        ? `${kind} indexes are not supported by this store`
        : `Unknown index plugin '${kind}'`,
    );
  }
  const direction = readNumber(value);
  if (direction === undefined || direction === 0 || Number.isNaN(direction)) {
    throw storeErrors.CannotCreateIndex('Values in the index key pattern must be numbers other than 0');
  }
  return direction > 0 ? 1 : -1;
}

function nameOf(value: BsonValue | undefined): string {
  if (value === undefined) {
    throw storeErrors.FailedToParse("The 'name' field is a required property of an index specification");
  }
  if (value.type !== BsonType.string) throw storeErrors.TypeMismatch("The field 'name' must be a string");
  const name = readString(value);
  if (name === '') throw storeErrors.CannotCreateIndex('index name cannot be empty');
  if (name === '*') throw storeErrors.BadValue('The index name "*" is not valid.');
  return name;
}

function flag(value: BsonValue | undefined): boolean {
  if (value === undefined) return false;
  if (value.type === BsonType.bool) return readBoolean(value);
  const number = readNumber(value);
  if (number === undefined) throw storeErrors.TypeMismatch('an index option must be a boolean');
  return number !== 0;
}

function parseTtl(
  value: BsonValue | undefined,
  fields: readonly IndexField[],
): { expireAfterSeconds: number | undefined } {
  if (value === undefined) return { expireAfterSeconds: undefined };
  const seconds = readNumber(value);
  if (seconds === undefined) {
    throw storeErrors.TypeMismatch("The field 'expireAfterSeconds' must be a number");
  }
  if (seconds < 0 || seconds > MOST_TTL_SECONDS || Number.isNaN(seconds)) {
    throw storeErrors.InvalidOptions(
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number than ${seconds}`,
    );
  }
  if (fields.length > 1) {
    throw storeErrors.CannotCreateIndex(
      'TTL indexes are single-field indexes, compound indexes do not support TTL.',
    );
  }
  if (fields[0]!.path === '_id') {
    throw storeErrors.InvalidIndexSpecificationOption(
      "The field 'expireAfterSeconds' is not valid for an _id index",
    );
  }
  return { expireAfterSeconds: Math.trunc(seconds) };
}

function parsePartial(
  value: BsonValue | undefined,
  sparse: boolean,
): { partialFilter: Uint8Array | undefined } {
  if (value === undefined) return { partialFilter: undefined };
  if (value.type !== BsonType.object) {
    throw storeErrors.TypeMismatch("The field 'partialFilterExpression' must be an object");
  }
  if (sparse) {
    throw storeErrors.CannotCreateIndex('cannot mix "partialFilterExpression" and "sparse" options');
  }
  return { partialFilter: Buffer.from(payload(value)) };
}

function refuseCollation(value: BsonValue | undefined): void {
  if (value === undefined) return;
  if (value.type !== BsonType.object)
    throw storeErrors.TypeMismatch("The field 'collation' must be an object");
  requireSimpleCollation(payload(value));
}

/** True when two key patterns are the same: fields, order and directions. */
export function sameKey(a: Pick<IndexSpec, 'fields'>, b: Pick<IndexSpec, 'fields'>): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every(
      (field, position) =>
        field.path === b.fields[position]!.path && field.direction === b.fields[position]!.direction,
    )
  );
}
