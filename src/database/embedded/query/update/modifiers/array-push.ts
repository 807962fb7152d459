import { NULL_VALUE } from '../../../bson/bson-convert.js';
import { isNumber, toExactInteger } from '../../../bson/bson-number.js';
import { ElementCursor, elementsOf, getField, getPath, valuesOf } from '../../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../../bson/bson-value.js';
import { compareValues, identicalValues } from '../../../bson/compare.js';
import { arrayOf, DocumentBuilder } from '../../../bson/document-builder.js';
import { storeErrors } from '../../../store.errors.js';
import type { Modifier } from '../update-node.js';

/** Type byte, index and NUL of an array element. */
const MOST_HEADER_BYTES = 12;

interface PushClauses {
  readonly each: readonly BsonValue[];
  readonly position: number | undefined;
  readonly slice: number | undefined;
  readonly compare: ((a: BsonValue, b: BsonValue) => number) | undefined;
}

/** `$push`: one value, or `$each` with `$position`, `$sort`, `$slice`, done in this order. */
export function pushModifier(operand: BsonValue): Modifier {
  const clauses = parsePush(operand);
  const { position, slice, compare } = clauses;
  const isAppend = position === undefined && slice === undefined && compare === undefined;
  return {
    operator: '$push',
    create: () => arrayOf(push([], clauses)),
    update: (value, path) => {
      if (value.type !== BsonType.array) {
        throw storeErrors.BadValue(
          `The field '${path}' must be an array but is of type ${typeAlias(value.type)} in the document`,
        );
      }
      if (isAppend) return clauses.each.length === 0 ? value : appendTo(value, clauses.each);
      const pushed = arrayOf(push(valuesOf(value), clauses));
      return identicalValues(pushed, value) ? value : pushed;
    },
  };
}

/** Adds elements after the array's own, which are copied as bytes. */
function appendTo(array: BsonValue, added: readonly BsonValue[]): BsonValue {
  const cursor = ElementCursor.over(array);
  let length = 0;
  while (cursor.next()) length += 1;
  const grown = added.reduce((size, { start, end }) => size + end - start + MOST_HEADER_BYTES, 0);
  const builder = new DocumentBuilder(array.end - array.start + grown).copyElements(array);
  for (const [index, value] of added.entries()) builder.append(length + index, value);
  const bytes = builder.finishOwned();
  return { type: BsonType.array, bytes, start: 0, end: bytes.length };
}

function push(values: readonly BsonValue[], { each, position, slice, compare }: PushClauses): BsonValue[] {
  const at =
    position === undefined ? values.length : position < 0 ? Math.max(0, values.length + position) : position;
  const pushed = values.toSpliced(at, 0, ...each);
  const sorted = compare === undefined ? pushed : pushed.toSorted(compare);
  if (slice === undefined) return sorted;
  return slice >= 0 ? sorted.slice(0, slice) : sorted.slice(slice);
}

function parsePush(operand: BsonValue): PushClauses {
  const each = operand.type === BsonType.object ? getField(operand, '$each') : undefined;
  if (each === undefined)
    return { each: [operand], position: undefined, slice: undefined, compare: undefined };
  if (each.type !== BsonType.array) {
    throw storeErrors.BadValue(
      `The argument to $each in $push must be an array but it was of type: ${typeAlias(each.type)}`,
    );
  }
  let position: number | undefined;
  let slice: number | undefined;
  let compare: PushClauses['compare'];
  for (const { name, value } of elementsOf(operand)) {
    if (name === '$slice') slice = parseInteger('$slice', value);
    else if (name === '$position') position = parseInteger('$position', value);
    else if (name === '$sort') compare = parsePushSort(value);
    else if (name !== '$each') throw storeErrors.BadValue(`Unrecognized clause in $push: ${name}`);
  }
  return { each: valuesOf(each), position, slice, compare };
}

function parseInteger(clause: string, value: BsonValue): number {
  const integer = isNumber(value) ? toExactInteger(value) : undefined;
  if (integer === undefined) {
    throw storeErrors.BadValue(
      `The value for ${clause} must be an integer value but was given type: ${typeAlias(value.type)}`,
    );
  }
  return Number(integer);
}

function parsePushSort(value: BsonValue): (a: BsonValue, b: BsonValue) => number {
  if (isNumber(value)) {
    const direction = parseDirection(value, 'The $sort element value must be either 1 or -1');
    return (a, b) => compareValues(a, b) * direction;
  }
  if (value.type !== BsonType.object) {
    throw storeErrors.BadValue(
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  const fields = elementsOf(value).map(({ name, value: order }) => ({
    parts: parseSortPath(name),
    direction: parseDirection(order, 'The $sort element value must be either 1 or -1'),
  }));
  if (fields.length === 0) {
    throw storeErrors.BadValue('The $sort pattern is empty when it should be a set of fields.');
  }
  return (a, b) => {
    for (const { parts, direction } of fields) {
      const order = compareValues(sortValue(a, parts), sortValue(b, parts)) * direction;
      if (order !== 0) return order;
    }
    return 0;
  };
}

function sortValue(element: BsonValue, parts: readonly string[]): BsonValue {
  return (element.type === BsonType.object ? getPath(element, parts) : undefined) ?? NULL_VALUE;
}

function parseSortPath(name: string): string[] {
  const parts = name.split('.');
  if (name === '') throw storeErrors.BadValue('The $sort field cannot be empty');
  if (parts.includes('')) {
    throw storeErrors.BadValue(`The $sort field is a dotted field but has an empty part: ${name}`);
  }
  return parts;
}

function parseDirection(value: BsonValue, reason: string): 1 | -1 {
  const direction = isNumber(value) ? toExactInteger(value) : undefined;
  if (direction !== 1n && direction !== -1n) throw storeErrors.BadValue(reason);
  return direction === 1n ? 1 : -1;
}
