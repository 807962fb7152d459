import { ElementCursor } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import type { FilterNode, PathPredicate } from '../filter-node.js';
import { compileNode } from '../filter-compiler.js';
import type { ElementTest } from '../path-matcher.js';

function isArray(value: BsonValue | undefined): value is BsonValue {
  return value?.type === BsonType.array;
}

/** `$size`: an array of exactly so many elements. */
export function sizeTest(size: number): ElementTest {
  return (value) => {
    if (!isArray(value)) return false;
    const cursor = ElementCursor.over(value);
    let count = 0;
    while (count <= size && cursor.next()) count += 1;
    return count === size;
  };
}

/** `$elemMatch` with a filter: some element that is a document (or array) matches all of it. */
export function elementMatchTest(path: string, filter: FilterNode): ElementTest {
  const matches = compileNode(filter);
  return someElement(
    path,
    (element) =>
      (element.type === BsonType.object || element.type === BsonType.array) && matches(element, undefined),
  );
}

/** `$elemMatch` with operators: some element passes them all by itself, arrays not spread. */
export function valueMatchTest(path: string, predicates: readonly PathPredicate[]): ElementTest {
  return someElement(path, (element) => predicates.every((predicate) => holdsAlone(predicate, element)));
}

function holdsAlone(predicate: PathPredicate, element: BsonValue): boolean {
  if (predicate.kind === 'test') return predicate.test(element);
  return !predicate.all.every((each) => holdsAlone(each, element));
}

function someElement(path: string, test: (element: BsonValue) => boolean): ElementTest {
  return (value, record) => {
    if (!isArray(value)) return false;
    const cursor = ElementCursor.over(value);
    for (let index = 0; cursor.next(); index += 1) {
      if (test(cursor)) {
        record?.note(path, index);
        return true;
      }
    }
    return false;
  };
}
