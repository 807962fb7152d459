import { NULL_VALUE, UNDEFINED_VALUE } from './bson-convert.js';
import { documentValue, getField, isIndexName, valuesOf } from './bson-reader.js';
import { BsonType, type BsonValue } from './bson-value.js';
import { locationError, storeErrors } from '../store.errors.js';

/** Where the walk along one path stands: at a value, or before an array with the rest of the path to go. */
interface Position {
  value: BsonValue | undefined;
  rest: readonly string[];
}

/**
 * The key tuples that MongoDB's index on `paths` holds for a document, and by which it sorts: one for each element of
 * the array that the paths lead to or through, one alone when there is none. A missing value is null, an empty array
 * undefined.
 * @throws StoreError CannotIndexParallelArrays (171) when two paths lead to different arrays.
 */
export function extractKeys(document: Uint8Array, paths: readonly (readonly string[])[]): BsonValue[][] {
  const root = documentValue(document);
  return expand(paths.map((rest) => walk(root, rest)));
}

/** Follows objects; stops at an array, at the path's end, or where nothing is. */
function walk(from: BsonValue | undefined, path: readonly string[]): Position {
  let value = from;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (value?.type === BsonType.array) return { value, rest: path.slice(depth) };
    value = value?.type === BsonType.object ? getField(value, path[depth]!) : undefined;
    if (value === undefined) break;
  }
  return { value, rest: [] };
}

function expand(positions: readonly Position[]): BsonValue[][] {
  const array = positions.find((position) => position.value?.type === BsonType.array)?.value;
  if (array === undefined) return [positions.map(({ value }) => value ?? NULL_VALUE)];
  const elements = valuesOf(array);
  const held = positions.map((position) => {
    if (position.value?.type !== BsonType.array) return { fixed: position };
    if (!isSameValue(position.value, array)) {
      throw storeErrors.CannotIndexParallelArrays('cannot index parallel arrays');
    }
    const indexed = indexedPosition(position, elements);
    return indexed === undefined ? { rest: position.rest } : { fixed: indexed };
  });
  if (held.every(({ fixed }) => fixed !== undefined)) {
    return expand(held.map(({ fixed }) => fixed!));
  }
  if (elements.length === 0) {
    return expand(
      held.map(
        ({ fixed, rest }) => fixed ?? { value: rest.length === 0 ? UNDEFINED_VALUE : undefined, rest: [] },
      ),
    );
  }
  return elements.flatMap((element) =>
    expandOne(held.map(({ fixed, rest }) => fixed ?? elementPosition(element, rest))),
  );
}

/** A position whose value is settled even if it is an array: an array inside an array is a value. */
interface Settled extends Position {
  readonly settled?: boolean;
}

function elementPosition(element: BsonValue, rest: readonly string[]): Settled {
  if (rest.length === 0) return { value: element, rest, settled: true };
  return element.type === BsonType.object ? walk(element, rest) : { value: undefined, rest: [] };
}

function expandOne(positions: readonly Settled[]): BsonValue[][] {
  const settled = positions.map((position) => (position.settled ? position.value : undefined));
  const open = positions.map((position) => (position.settled ? { value: undefined, rest: [] } : position));
  return expand(open).map((tuple) => tuple.map((value, index) => settled[index] ?? value));
}

function isSameValue(a: BsonValue, b: BsonValue): boolean {
  return a.bytes === b.bytes && a.start === b.start;
}

/** The place in an array that the path's next part names as an index; undefined when it names none. */
function indexedPosition({ rest }: Position, elements: readonly BsonValue[]): Position | undefined {
  const [part, ...after] = rest;
  if (part === undefined || !isIndexName(part)) return undefined;
  const element = elements[Number(part)];
  if (elements.some((each) => each.type === BsonType.object && getField(each, part) !== undefined)) {
    if (element === undefined) return undefined;
    throw locationError(
      16_746,
      `Ambiguous field name found in array (do not use numeric field names in embedded elements in an array), field: '${part}'`,
    );
  }
  return element === undefined ? undefined : walk(element, after);
}
