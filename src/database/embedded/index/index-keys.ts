import { ElementCursor, getField } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { UNDEFINED_VALUE } from '../bson/bson-convert.js';
import type { FieldPath } from '../query/field-path.js';
import { storeErrors } from '../store.errors.js';

/** The values of one index key, a missing field as undefined. */
export type KeyValues = (BsonValue | undefined)[];

/** Where the walk along one field's path stands. */
interface Position {
  readonly value: BsonValue | undefined;
  readonly depth: number;
  /** Nothing further to follow: `value` is the field's value for the key. */
  readonly done: boolean;
}

/**
 * Calls `emit` for each key a document has in a compound index, by MongoDB's rules: an array field gives one key for each
 * element (an empty one gives `undefined`), fields below the same array are taken from the same element, and two fields
 * below different arrays cannot be indexed together. A superset of what queries match: scalar elements on the way count
 * as documents without the field.
 * @param multikey receives the positions of fields that lead through an array.
 * @throws StoreError CannotIndexParallelArrays (171).
 */
export function eachIndexKey(
  paths: readonly FieldPath[],
  document: BsonValue,
  emit: (values: KeyValues) => void,
  multikey: (position: number) => void,
): void {
  const start = paths.map(() => ({ value: document, depth: 0, done: false }));
  expand(paths, start, emit, multikey);
}

function expand(
  paths: readonly FieldPath[],
  positions: readonly Position[],
  emit: (values: KeyValues) => void,
  multikey: (position: number) => void,
): void {
  const advanced = positions.map((position, index) => advance(position, paths[index]!));
  const blocked = advanced.findIndex((position) => !position.done);
  if (blocked < 0) {
    emit(advanced.map((position) => position.value));
    return;
  }
  const array = advanced[blocked]!.value!;
  for (const [index, position] of advanced.entries()) {
    if (position.done) continue;
    multikey(index);
    if (!sameValue(position.value!, array)) throw parallelArrays(paths[blocked]!, paths[index]!);
  }
  let empty = true;
  const cursor = ElementCursor.over(array);
  while (cursor.next()) {
    empty = false;
    const element = cursor.snapshot();
    expand(
      paths,
      advanced.map((position, index) => enter(position, paths[index]!, element)),
      emit,
      multikey,
    );
  }
  if (empty) {
    expand(
      paths,
      advanced.map((position, index) => enterEmpty(position, paths[index]!)),
      emit,
      multikey,
    );
  }
}

/** Walks on until the end of the path or an array. */
function advance(position: Position, path: FieldPath): Position {
  let { value, depth } = position;
  if (position.done) return position;
  const { names, indexes } = path;
  while (value !== undefined) {
    if (depth === names.length) {
      return { value, depth, done: value.type !== BsonType.array };
    }
    if (value.type === BsonType.object) {
      value = getField(value, names[depth]!);
    } else if (value.type === BsonType.array && indexes[depth]! >= 0) {
      value = getField(value, names[depth]!);
    } else {
      return value.type === BsonType.array ? { value, depth, done: false } : MISSING;
    }
    depth += 1;
  }
  return MISSING;
}

const MISSING: Position = { value: undefined, depth: 0, done: true };

function enter(position: Position, path: FieldPath, element: BsonValue): Position {
  if (position.done) return position;
  if (position.depth === path.names.length) return { value: element, depth: position.depth, done: true };
  return element.type === BsonType.object ? { value: element, depth: position.depth, done: false } : MISSING;
}

function enterEmpty(position: Position, path: FieldPath): Position {
  if (position.done) return position;
  if (position.depth < path.names.length) return MISSING;
  return { value: UNDEFINED_VALUE, depth: position.depth, done: true };
}

function sameValue(a: BsonValue, b: BsonValue): boolean {
  return a.bytes === b.bytes && a.start === b.start;
}

function parallelArrays(a: FieldPath, b: FieldPath): Error {
  return storeErrors.CannotIndexParallelArrays(
    `cannot index parallel arrays [${b.parts.at(-1)}] [${a.parts.at(-1)}]`,
  );
}
