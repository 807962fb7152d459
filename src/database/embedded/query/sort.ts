import { isNumber, toTruncatedInteger } from '../bson/bson-number.js';
import { documentValue, elementsOf, getField } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { compareValues } from '../bson/compare.js';
import { extractKeys } from '../bson/extract-keys.js';
import { encodeKey } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import { locationError, StoreError, storeErrors } from '../store.errors.js';
import { parseCheckedPath } from './path-validation.js';

export interface SortField {
  readonly path: string;
  readonly direction: 1 | -1;
}

export interface Sort {
  /** Compares two documents; ties are 0, so a stable sort keeps their order. */
  compare(a: Uint8Array, b: Uint8Array): number;
  /** A document's sort key: memcmp of two keys orders as `compare`. To sort many, take each key once. */
  key(doc: Uint8Array): Buffer;
  readonly fields: readonly SortField[];
}

/** MongoDB's limit on the fields of one sort. */
const MOST_FIELDS = 32;

/**
 * Compiles `{field: 1, 'other.field': -1}`. An array sorts by its least element ascending and its greatest descending,
 * a missing field as null, an empty array before null.
 */
export function compileSort(spec: Uint8Array): Sort {
  const fields = elementsOf(documentValue(spec)).map(({ name, value }) => parseField(name, value));
  if (fields.length > MOST_FIELDS) throw storeErrors.BadValue('too many compound keys');
  if (new Set(fields.map(({ path }) => path)).size < fields.length) {
    throw locationError(7_472_500, '$sort key must not contain duplicate keys');
  }
  const paths = fields.map(({ path }) => path.split('.'));
  const directions = fields.map(({ direction }) => direction);
  const writer = new KeyWriter();
  const key = (doc: Uint8Array): Buffer => {
    writer.reset();
    encodeKey(sortValues(doc, paths, directions), directions, writer);
    return writer.finish();
  };
  return {
    fields,
    key,
    compare: (a, b) =>
      compareTuples(sortValues(a, paths, directions), sortValues(b, paths, directions), directions),
  };
}

function parseField(path: string, value: BsonValue): SortField {
  if (value.type === BsonType.object && getField(value, '$meta') !== undefined) {
    throw storeErrors.NotImplemented('sorting by $meta is not supported by this store');
  }
  if (!isNumber(value)) {
    throw locationError(15_974, `Illegal key in $sort specification: ${path} must be 1 or -1`);
  }
  const direction = toTruncatedInteger(value);
  if (direction !== 1n && direction !== -1n) {
    throw locationError(15_975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  }
  parseCheckedPath(path);
  return { path, direction: direction === 1n ? 1 : -1 };
}

function compareTuples(
  a: readonly (BsonValue | undefined)[],
  b: readonly (BsonValue | undefined)[],
  directions: readonly (1 | -1)[],
): number {
  for (const [index, direction] of directions.entries()) {
    const order = compareMissing(a[index], b[index]) * direction;
    if (order !== 0) return order;
  }
  return 0;
}

const NULL: BsonValue = { type: BsonType.null, bytes: new Uint8Array(), start: 0, end: 0 };

function compareMissing(a: BsonValue | undefined, b: BsonValue | undefined): number {
  return compareValues(a ?? NULL, b ?? NULL);
}

/** The least tuple of a document, in the order of the sort. */
function sortValues(
  doc: Uint8Array,
  paths: readonly (readonly string[])[],
  directions: readonly (1 | -1)[],
): readonly (BsonValue | undefined)[] {
  const plain = plainValues(doc, paths);
  if (plain !== undefined) return plain;
  const tuples = extractTuples(doc, paths);
  return tuples.reduce((least, tuple) => (compareTuples(tuple, least, directions) < 0 ? tuple : least));
}

/** The values of top-level fields; undefined when a path or a value needs more than that. */
function plainValues(
  doc: Uint8Array,
  paths: readonly (readonly string[])[],
): (BsonValue | undefined)[] | undefined {
  const values: (BsonValue | undefined)[] = [];
  for (const path of paths) {
    if (path.length > 1) return undefined;
    const value = getField(doc, path[0]!);
    if (value?.type === BsonType.array) return undefined;
    values.push(value);
  }
  return values;
}

function extractTuples(doc: Uint8Array, paths: readonly (readonly string[])[]): BsonValue[][] {
  try {
    return extractKeys(doc, paths);
  } catch (error) {
    if (error instanceof StoreError && error.codeName === 'CannotIndexParallelArrays') {
      throw storeErrors.BadValue('cannot sort with keys that are parallel arrays', undefined, {
        cause: error,
      });
    }
    throw error;
  }
}
