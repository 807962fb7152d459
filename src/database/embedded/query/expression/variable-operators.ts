import { NULL_VALUE } from '../../bson/bson-convert.js';
import { elementsOf, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { toInt32 } from './array-operators.js';
import {
  isNullish,
  isTrue,
  typeOf,
  type EvaluationContext,
  type OperatorParser,
  type Variables,
} from './expression.js';
import { namedOperands } from './named-operands.js';

/** The context with more variables set. */
function withVariables(
  context: EvaluationContext,
  added: Iterable<readonly [string, BsonValue | undefined]>,
): EvaluationContext {
  const variables: Variables = new Map([...context.variables, ...added]);
  return { ...context, variables };
}

function checkName(name: string): string {
  if (!/^(?:[a-z\u0080-\u{10ffff}]|CURRENT$)[\w\u0080-\u{10ffff}]*$/u.test(name)) {
    throw storeErrors.FailedToParse(`'${name}' starts with an invalid character for a user variable name`);
  }
  if (name === 'CURRENT')
    throw storeErrors.NotImplemented('setting $$CURRENT is not supported by this store');
  return name;
}

const letOperator: OperatorParser = (operand, compiler, name) => {
  const operands = namedOperands(operand, name, ['vars', 'in']);
  const vars = operands.get('vars')!;
  if (vars.type !== BsonType.object)
    throw locationError(16_876, 'invalid parameter: expected an object (vars)');
  const bindings = elementsOf(vars).map(({ name: variable, value }) => ({
    variable: checkName(variable),
    expression: compiler.compile(value),
  }));
  const body = compiler.withVariables(bindings.map(({ variable }) => variable)).compile(operands.get('in')!);
  return (context) =>
    body(
      withVariables(
        context,
        bindings.map(({ variable, expression }) => [variable, expression(context)] as const),
      ),
    );
};

function elementName(operand: BsonValue | undefined): string {
  if (operand === undefined) return 'this';
  if (operand.type !== BsonType.string) throw storeErrors.FailedToParse("'as' must be a string");
  return checkName(readString(operand));
}

function inputElements(value: BsonValue | undefined, code: number, name: string): BsonValue[] | undefined {
  if (value === undefined || isNullish(value)) return undefined;
  if (value.type !== BsonType.array) {
    throw locationError(code, `input to ${name} must be an array not ${typeOf(value)}`);
  }
  return valuesOf(value);
}

const map: OperatorParser = (operand, compiler, name) => {
  const operands = namedOperands(operand, name, ['input', 'in'], ['as']);
  const variable = elementName(operands.get('as'));
  const input = compiler.compile(operands.get('input')!);
  const body = compiler.withVariables([variable]).compile(operands.get('in')!);
  return (context) => {
    const elements = inputElements(input(context), 16_883, name);
    if (elements === undefined) return NULL_VALUE;
    return arrayOf(
      elements.map((element) => body(withVariables(context, [[variable, element]])) ?? NULL_VALUE),
    );
  };
};

const filter: OperatorParser = (operand, compiler, name) => {
  const operands = namedOperands(operand, name, ['input', 'cond'], ['as', 'limit']);
  const variable = elementName(operands.get('as'));
  const input = compiler.compile(operands.get('input')!);
  const condition = compiler.withVariables([variable]).compile(operands.get('cond')!);
  const limitOperand = operands.get('limit');
  const readLimit = limitOperand === undefined ? undefined : compiler.compile(limitOperand);
  return (context) => {
    const elements = inputElements(input(context), 28_651, name);
    if (elements === undefined) return NULL_VALUE;
    const limit = parseLimit(readLimit?.(context));
    const kept: BsonValue[] = [];
    for (const element of elements) {
      if (kept.length === limit) break;
      if (isTrue(condition(withVariables(context, [[variable, element]])))) kept.push(element);
    }
    return arrayOf(kept);
  };
};

function parseLimit(value: BsonValue | undefined): number {
  if (value === undefined || isNullish(value)) return Infinity;
  const limit = toInt32(value);
  if (limit === undefined)
    throw locationError(327_391, '$filter: limit must be represented as a 32-bit integral value');
  if (limit < 1) throw locationError(327_392, `$filter: limit must be greater than 0: ${limit}`);
  return limit;
}

const reduce: OperatorParser = (operand, compiler, name) => {
  const operands = namedOperands(operand, name, ['input', 'initialValue', 'in']);
  const input = compiler.compile(operands.get('input')!);
  const initial = compiler.compile(operands.get('initialValue')!);
  const body = compiler.withVariables(['this', 'value']).compile(operands.get('in')!);
  return (context) => {
    const elements = inputElements(input(context), 40_080, name);
    if (elements === undefined) return NULL_VALUE;
    let value = initial(context);
    for (const element of elements) {
      value = body(
        withVariables(context, [
          ['this', element],
          ['value', value],
        ]),
      );
    }
    return value;
  };
};

export const VARIABLE_OPERATORS: Record<string, OperatorParser> = {
  $let: letOperator,
  $map: map,
  $filter: filter,
  $reduce: reduce,
};
