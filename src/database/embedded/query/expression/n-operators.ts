import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import { isNullish, typeOf, type OperatorParser } from './expression.js';
import { namedOperands } from './named-operands.js';

/** The `n` of `$firstN` and its kin: a whole number above 0. @throws StoreError 5787902, 5787903, 5787908. */
export function readN(value: BsonValue | undefined): number {
  if (value === undefined || !isNumber(value)) {
    throw locationError(5_787_902, `Value for 'n' must be of integral type, but found ${typeOf(value)}`);
  }
  const n = toExactInteger(value);
  if (n === undefined) {
    throw locationError(5_787_903, `Value for 'n' must be of integral type, but found ${toDouble(value)}`);
  }
  if (n <= 0n) throw locationError(5_787_908, `'n' must be greater than 0, found ${n}`);
  return Number(n);
}

function ofArray(choose: (values: BsonValue[], n: number) => BsonValue[]): OperatorParser {
  return (operand, compiler, name) => {
    const operands = namedOperands(operand, name, ['n', 'input']);
    const count = compiler.compile(operands.get('n')!);
    const input = compiler.compile(operands.get('input')!);
    return (context) => {
      const n = readN(count(context));
      const array = input(context);
      if (array?.type !== BsonType.array) {
        throw locationError(5_788_200, `Input must be an array: ${name} was given ${typeOf(array)}`);
      }
      return arrayOf(choose(valuesOf(array), n));
    };
  };
}

function extremes(direction: 1 | -1): (values: BsonValue[], n: number) => BsonValue[] {
  return (values, n) =>
    values
      .filter((value) => !isNullish(value))
      .toSorted((a, b) => compareValues(a, b) * direction)
      .slice(0, n);
}

/** `$firstN` and its kin, of arrays. */
export const N_OPERATORS: Record<string, OperatorParser> = {
  $firstN: ofArray((values, n) => values.slice(0, n)),
  $lastN: ofArray((values, n) => values.slice(-n)),
  $minN: ofArray(extremes(1)),
  $maxN: ofArray(extremes(-1)),
};
