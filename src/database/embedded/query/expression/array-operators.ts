import { booleanValue, int32Value, NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { equalValues } from '../../bson/compare.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { averageOf, extremeOf, sumOf } from './accumulation.js';
import {
  binary,
  compileOperands,
  isNullish,
  typeOf,
  unary,
  variadic,
  type OperatorParser,
} from './expression.js';
import { namedOperands } from './named-operands.js';
import { compileSortOrder } from './sort-order.js';

const INT_LIMIT = 2n ** 31n;

/** A number that is a 32-bit integer, of whatever type; undefined for all else. */
export function toInt32(value: BsonValue | undefined): number | undefined {
  if (value === undefined || !isNumber(value)) return undefined;
  const integer = toExactInteger(value);
  return integer !== undefined && integer >= -INT_LIMIT && integer < INT_LIMIT ? Number(integer) : undefined;
}

function elementAt(
  array: BsonValue | undefined,
  index: number,
  name: string,
  arity: number,
): BsonValue | undefined {
  if (array === undefined || isNullish(array)) return NULL_VALUE;
  if (array.type !== BsonType.array) {
    const which = arity === 1 ? 'argument' : 'first argument';
    throw locationError(28_689, `${name}'s ${which} must be an array, but is ${typeOf(array)}`);
  }
  return valuesOf(array).at(index);
}

function arrayElemAt(
  array: BsonValue | undefined,
  index: BsonValue | undefined,
  name: string,
): BsonValue | undefined {
  if (isNullish(array) || index === undefined || isNullish(index)) return NULL_VALUE;
  if (array?.type === BsonType.array && !isNumber(index)) {
    throw locationError(28_690, `${name}'s second argument must be a numeric value, but is ${typeOf(index)}`);
  }
  const at = toInt32(index);
  if (array?.type === BsonType.array && at === undefined) {
    throw locationError(
      28_691,
      `${name}'s second argument must be representable as a 32-bit integer: ${toDouble(index)}`,
    );
  }
  return elementAt(array, at ?? 0, name, 2);
}

function concatArrays(values: (BsonValue | undefined)[], name: string): BsonValue {
  const all: BsonValue[] = [];
  for (const value of values) {
    if (value === undefined || isNullish(value)) return NULL_VALUE;
    if (value.type !== BsonType.array) {
      throw locationError(28_664, `${name} only supports arrays, not ${typeOf(value)}`);
    }
    for (const element of valuesOf(value)) all.push(element);
  }
  return arrayOf(all);
}

function sizeOf(value: BsonValue | undefined): BsonValue {
  if (value?.type !== BsonType.array) {
    throw locationError(17_124, `The argument to $size must be an array, but was of type: ${typeOf(value)}`);
  }
  return int32Value(valuesOf(value).length);
}

function isIn(value: BsonValue | undefined, array: BsonValue | undefined): BsonValue {
  if (array?.type !== BsonType.array) {
    throw locationError(40_081, `$in requires an array as a second argument, found: ${typeOf(array)}`);
  }
  return booleanValue(value !== undefined && valuesOf(array).some((element) => equalValues(element, value)));
}

function indexOfArray(values: (BsonValue | undefined)[], name: string): BsonValue {
  const [array, wanted, from, to] = values;
  if (array === undefined || isNullish(array)) return NULL_VALUE;
  if (array.type !== BsonType.array) {
    throw locationError(
      40_090,
      `$indexOfArray requires an array as a first argument, found: ${typeOf(array)}`,
    );
  }
  const elements = valuesOf(array);
  const start = values.length > 2 ? indexArgument(from, name) : 0;
  const end = values.length > 3 ? Math.min(elements.length, indexArgument(to, name)) : elements.length;
  for (let index = start; index < end; index += 1) {
    if (wanted !== undefined && equalValues(elements[index]!, wanted)) return int32Value(index);
  }
  return int32Value(-1);
}

function indexArgument(value: BsonValue | undefined, name: string): number {
  const index = toInt32(value);
  if (index === undefined) throw locationError(40_096, `${name} requires an integral index`);
  if (index < 0) throw locationError(40_097, `${name} requires a nonnegative index, found: ${index}`);
  return index;
}

function slice([array, first, second]: (BsonValue | undefined)[]): BsonValue {
  if (array === undefined || isNullish(array) || first === undefined || isNullish(first)) return NULL_VALUE;
  if (array.type !== BsonType.array) {
    throw locationError(
      28_724,
      `First argument to $slice must be an array, but is of type: ${typeOf(array)}`,
    );
  }
  const position = sliceArgument(first, 'Second');
  const elements = valuesOf(array);
  if (second === undefined) {
    return arrayOf(position >= 0 ? elements.slice(0, position) : elements.slice(position));
  }
  if (isNullish(second)) return NULL_VALUE;
  const count = sliceArgument(second, 'Third');
  if (count <= 0) throw locationError(28_729, `Third argument to $slice must be positive: ${count}`);
  const start = position >= 0 ? position : Math.max(0, elements.length + position);
  return arrayOf(elements.slice(start, start + count));
}

function sliceArgument(value: BsonValue, which: string): number {
  if (!isNumber(value)) {
    throw locationError(
      28_725,
      `${which} argument to $slice must be a numeric value, but is of type: ${typeOf(value)}`,
    );
  }
  const number = toInt32(value);
  if (number === undefined)
    throw locationError(28_726, `${which} argument to $slice can't be represented as a 32-bit integer`);
  return number;
}

const MOST_RANGE = 1_000_000;

function range([from, to, by]: (BsonValue | undefined)[]): BsonValue {
  const start = rangeArgument(from, 34_443, 'starting');
  const end = rangeArgument(to, 34_445, 'ending');
  const step = by === undefined ? 1 : rangeArgument(by, 34_447, 'step');
  if (step === 0) throw locationError(34_449, '$range requires a non-zero step value');
  if ((end - start) / step > MOST_RANGE) {
    throw storeErrors.ExceededMemoryLimit('$range would use too much memory');
  }
  const numbers: BsonValue[] = [];
  for (let at = start; step > 0 ? at < end : at > end; at += step) numbers.push(int32Value(at));
  return arrayOf(numbers);
}

function rangeArgument(value: BsonValue | undefined, code: number, which: string): number {
  if (value === undefined || !isNumber(value)) {
    throw locationError(
      code,
      `$range requires a numeric ${which} value, found value of type: ${typeOf(value)}`,
    );
  }
  const number = toInt32(value);
  if (number === undefined) {
    throw locationError(
      code + 1,
      `$range requires a ${which} value that can be represented as a 32-bit integer`,
    );
  }
  return number;
}

function reverseArray(value: BsonValue | undefined): BsonValue {
  if (value === undefined || isNullish(value)) return NULL_VALUE;
  if (value.type !== BsonType.array) {
    throw locationError(
      34_435,
      `The argument to $reverseArray must be an array, but was of type: ${typeOf(value)}`,
    );
  }
  return arrayOf(valuesOf(value).toReversed());
}

const sortArray: OperatorParser = (operand, compiler, name) => {
  const operands = namedOperands(operand, name, ['input', 'sortBy']);
  const input = compiler.compile(operands.get('input')!);
  const compare = compileSortOrder(operands.get('sortBy')!);
  return (context) => {
    const array = input(context);
    if (array === undefined || isNullish(array)) return NULL_VALUE;
    if (array.type !== BsonType.array) {
      throw locationError(
        2_942_504,
        `The input argument to $sortArray must be an array, but was of type: ${typeOf(array)}`,
      );
    }
    return arrayOf(valuesOf(array).toSorted(compare));
  };
};

/** `$sum`, `$avg`, `$min`, `$max` of operands; one operand that is an array stands for its elements. */
function overOperands(fold: (values: (BsonValue | undefined)[]) => BsonValue): OperatorParser {
  return (operand, compiler, name) => {
    const operands = compileOperands(operand, compiler, name, 0, Infinity);
    return (context) => {
      const values = operands.map((each) => each(context));
      const [only] = values;
      return fold(values.length === 1 && only?.type === BsonType.array ? valuesOf(only) : values);
    };
  };
}

export const ARRAY_OPERATORS: Record<string, OperatorParser> = {
  $arrayElemAt: binary(arrayElemAt),
  $first: unary((value, name) => elementAt(value, 0, name, 1)),
  $last: unary((value, name) => elementAt(value, -1, name, 1)),
  $concatArrays: variadic(concatArrays),
  $size: unary(sizeOf),
  $in: binary(isIn),
  $isArray: unary((value) => booleanValue(value?.type === BsonType.array)),
  $indexOfArray: variadic(indexOfArray, 2, 4),
  $slice: variadic(slice, 2, 3),
  $range: variadic(range, 2, 3),
  $reverseArray: unary(reverseArray),
  $sortArray: sortArray,
  $sum: overOperands(sumOf),
  $avg: overOperands(averageOf),
  $min: overOperands((values) => extremeOf(values, -1)),
  $max: overOperands((values) => extremeOf(values, 1)),
};
