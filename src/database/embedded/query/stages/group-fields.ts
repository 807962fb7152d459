import { elementsOf } from '../../bson/bson-reader.js';
import { EMPTY_DOCUMENT_VALUE } from '../../bson/bson-convert.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import type { Expression } from '../expression/expression.js';
import {
  ACCUMULATORS,
  UNSUPPORTED_ACCUMULATORS,
  type Accumulator,
  type CompiledAccumulator,
} from './accumulators.js';
import { compileNAccumulator, N_ACCUMULATORS } from './n-accumulators.js';
import type { StageSettings } from './stage.js';

export interface GroupField extends CompiledAccumulator {
  readonly name: string;
}

/** All accumulators, sorted. */
export const SUPPORTED_ACCUMULATORS: readonly string[] = [
  ...ACCUMULATORS.keys(),
  ...N_ACCUMULATORS,
].toSorted();

/** The accumulators of a new group; an `n` may depend on the fields of its `_id`. */
export function beginGroup(
  fields: readonly GroupField[],
  id: BsonValue,
  settings: StageSettings,
): Accumulator[] {
  const root = id.type === BsonType.object ? id : EMPTY_DOCUMENT_VALUE;
  return fields.map(({ create }) => create({ root, ...settings }));
}

/** Compiles one field of `$group` or of `$bucketAuto`'s output. */
export function parseGroupField(name: string, value: BsonValue, variables: readonly string[]): GroupField {
  if (name.includes('.')) throw locationError(40_235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$'))
    throw locationError(40_236, `The field name '${name}' cannot be an operator name`);
  const operators = value.type === BsonType.object ? elementsOf(value) : [];
  const [operator, another] = operators;
  if (operator === undefined) {
    throw locationError(40_234, `The field '${name}' must be an accumulator object`);
  }
  if (another !== undefined) throw locationError(40_238, `The field '${name}' must specify one accumulator`);
  if (N_ACCUMULATORS.includes(operator.name)) {
    return { name, ...compileNAccumulator(operator.name, operator.value, variables) };
  }
  const create = ACCUMULATORS.get(operator.name);
  if (create === undefined) {
    throw UNSUPPORTED_ACCUMULATORS.has(operator.name)
      ? storeErrors.NotImplemented(`the accumulator ${operator.name} is not supported by this store`)
      : locationError(15_952, `unknown group operator '${operator.name}'`);
  }
  if (operator.name === '$count') requireNoArgument(operator.value);
  return { name, input: compileOperand(operator, variables), create };
}

function requireNoArgument(operand: BsonValue): void {
  if (operand.type !== BsonType.object || elementsOf(operand).length > 0) {
    throw storeErrors.BadValue('$count takes no arguments, i.e. $count:{}');
  }
}

/** Accumulators take one operand: an array stands for itself only in expressions, never for several operands. */
function compileOperand(
  { name, value }: { name: string; value: BsonValue },
  variables: readonly string[],
): Expression {
  if (value.type === BsonType.array) {
    throw locationError(40_237, `The ${name} accumulator is a unary operator`);
  }
  return compileExpression(value, variables);
}
