import { ElementCursor, getField } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import type { Variables } from './expression/expression.js';
import type { FieldPath } from './field-path.js';

/**
 * A predicate on one value; undefined stands for a missing field. It must not keep the value: it may be a cursor that
 * moves on.
 */
export type ElementTest = (value: BsonValue | undefined, record?: MatchRecord) => boolean;

/** What a filter's expressions may read beside the document: `$$NOW` and the command's `let`. */
export interface MatchSettings {
  readonly now: Date;
  readonly variables: Variables;
}

/** Remembers which array elements made a document match, for positional `$` in updates and projections. */
export class MatchRecord {
  private last: number | undefined;
  private readonly byPath = new Map<string, number>();

  constructor(readonly settings: MatchSettings) {}

  note(arrayPath: string, index: number): void {
    this.last = index;
    this.byPath.set(arrayPath, index);
  }

  /** The index matched in this array, or else in the array that matched last. */
  indexFor(arrayPath: string | undefined): number | undefined {
    return (arrayPath === undefined ? undefined : this.byPath.get(arrayPath)) ?? this.last;
  }
}

/**
 * True when `test` holds for a value that the path leads to. Arrays on the way are entered implicitly (each element that
 * is a document) and by index; an array at the path's end offers its elements and then itself when `traverseLeaf`.
 * `value` is what stands at the first `depth` parts of the path.
 */
export function matchPath(
  value: BsonValue | undefined,
  path: FieldPath,
  depth: number,
  traverseLeaf: boolean,
  test: ElementTest,
  record?: MatchRecord,
): boolean {
  const { names } = path;
  let current = value;
  let at = depth;
  while (at < names.length && current?.type === BsonType.object) {
    current = getField(current, names[at]!);
    at += 1;
  }
  if (current === undefined) return test(undefined, record);
  if (current.type !== BsonType.array) return test(at === names.length ? current : undefined, record);
  if (at < names.length) return matchThroughArray(current, path, at, traverseLeaf, test, record);
  return traverseLeaf ? matchLeafArray(current, path, test, record) : test(current, record);
}

function matchLeafArray(
  array: BsonValue,
  path: FieldPath,
  test: ElementTest,
  record: MatchRecord | undefined,
): boolean {
  const cursor = ElementCursor.over(array);
  for (let index = 0; cursor.next(); index += 1) {
    if (test(cursor, record)) {
      record?.note(path.text, index);
      return true;
    }
  }
  return test(array, record);
}

function matchThroughArray(
  array: BsonValue,
  path: FieldPath,
  depth: number,
  traverseLeaf: boolean,
  test: ElementTest,
  record: MatchRecord | undefined,
): boolean {
  const wanted = path.indexes[depth]!;
  const cursor = ElementCursor.over(array);
  for (let index = 0; cursor.next(); index += 1) {
    if (cursor.type === BsonType.object && matchPath(cursor, path, depth, traverseLeaf, test, record)) {
      record?.note(path.parts.slice(0, depth).join('.'), index);
      return true;
    }
    if (index === wanted && matchIndexed(cursor, path, depth + 1, traverseLeaf, test, record)) return true;
  }
  return false;
}

/** The element an index in the path names: taken as it is when the path ends there, not spread if it is an array. */
function matchIndexed(
  element: BsonValue,
  path: FieldPath,
  depth: number,
  traverseLeaf: boolean,
  test: ElementTest,
  record: MatchRecord | undefined,
): boolean {
  if (depth === path.names.length) return test(element, record);
  if (element.type !== BsonType.object && element.type !== BsonType.array) return false;
  return matchPath(element, path, depth, traverseLeaf, test, record);
}
