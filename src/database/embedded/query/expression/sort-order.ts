import { NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toTruncatedInteger } from '../../bson/bson-number.js';
import { elementsOf, getPath } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { locationError } from '../../store.errors.js';
import { parseCheckedPath } from '../path-validation.js';

/** The `sortBy` of `$sortArray`: 1 or -1 for whole elements, or `{field: 1 | -1, …}`. */
export function compileSortOrder(order: BsonValue): (a: BsonValue, b: BsonValue) => number {
  if (isNumber(order)) {
    const direction = parseDirection(order);
    return (a, b) => compareValues(a, b) * direction;
  }
  if (order.type !== BsonType.object) {
    throw locationError(
      2_942_507,
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  const fields = elementsOf(order).map(({ name, value }) => ({
    parts: parseCheckedPath(name),
    direction: parseDirection(value),
  }));
  return (a, b) => {
    for (const { parts, direction } of fields) {
      const difference = compareValues(fieldOf(a, parts), fieldOf(b, parts)) * direction;
      if (difference !== 0) return difference;
    }
    return 0;
  };
}

function fieldOf(element: BsonValue, parts: readonly string[]): BsonValue {
  return (element.type === BsonType.object ? getPath(element, parts) : undefined) ?? NULL_VALUE;
}

function parseDirection(value: BsonValue): 1 | -1 {
  const direction = isNumber(value) ? toTruncatedInteger(value) : undefined;
  if (direction !== 1n && direction !== -1n) {
    throw locationError(15_975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  }
  return direction === 1n ? 1 : -1;
}
