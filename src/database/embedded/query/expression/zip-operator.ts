import { NULL_VALUE } from '../../bson/bson-convert.js';
import { elementsOf, readBoolean, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import {
  isNullish,
  typeOf,
  type Expression,
  type ExpressionCompiler,
  type OperatorParser,
} from './expression.js';

interface Zip {
  readonly inputs: readonly Expression[];
  readonly defaults: readonly Expression[];
  readonly isLongest: boolean;
}

/** `$zip`: the first elements of several arrays as an array, then the second ones, and so on. */
const zip: OperatorParser = (operand, compiler) => {
  const { inputs, defaults, isLongest } = parseZip(operand, compiler);
  return (context) => {
    const arrays: BsonValue[][] = [];
    for (const input of inputs) {
      const array = input(context);
      if (array === undefined || isNullish(array)) return NULL_VALUE;
      if (array.type !== BsonType.array) {
        throw locationError(34_468, `$zip found a non-array expression in input: ${typeOf(array)}`);
      }
      arrays.push(valuesOf(array));
    }
    const fill = inputs.map((_, at) => defaults[at]?.(context) ?? NULL_VALUE);
    const lengths = arrays.map(({ length }) => length);
    const length = isLongest ? Math.max(...lengths) : Math.min(...lengths);
    return arrayOf(
      Array.from({ length }, (_, row) => arrayOf(arrays.map((array, at) => array[row] ?? fill[at]!))),
    );
  };
};

function parseZip(operand: BsonValue, compiler: ExpressionCompiler): Zip {
  if (operand.type !== BsonType.object) {
    throw locationError(
      34_460,
      `$zip only supports an object as an argument, found ${typeAlias(operand.type)}`,
    );
  }
  let inputs: Expression[] = [];
  let defaults: Expression[] = [];
  let isLongest = false;
  for (const { name, value } of elementsOf(operand)) {
    if (name === 'inputs') inputs = expressionsOf(value, compiler, 34_461, name);
    else if (name === 'defaults') defaults = expressionsOf(value, compiler, 34_462, name);
    else if (name !== 'useLongestLength')
      throw locationError(34_464, `$zip found an unknown argument: ${name}`);
    else if (value.type === BsonType.bool) isLongest = readBoolean(value);
    else throw locationError(34_463, `useLongestLength must be a bool, found ${typeAlias(value.type)}`);
  }
  if (inputs.length === 0) throw locationError(34_465, '$zip requires at least one input array');
  if (defaults.length > 0 && !isLongest) {
    throw locationError(34_466, 'cannot specify defaults unless useLongestLength is true');
  }
  if (defaults.length > 0 && defaults.length !== inputs.length) {
    throw locationError(34_467, 'defaults and inputs must have the same length');
  }
  return { inputs, defaults, isLongest };
}

function expressionsOf(
  value: BsonValue,
  compiler: ExpressionCompiler,
  code: number,
  name: string,
): Expression[] {
  if (value.type === BsonType.array) return valuesOf(value).map((each) => compiler.compile(each));
  throw locationError(code, `${name} must be an array of expressions, found ${typeAlias(value.type)}`);
}

export const ZIP_OPERATORS: Record<string, OperatorParser> = { $zip: zip };
