import { booleanValue, int32Value, UNDEFINED_VALUE } from '../../bson/bson-convert.js';
import { elementsOf, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { locationError } from '../../store.errors.js';
import {
  binary,
  compileOperands,
  isNullish,
  isTrue,
  unary,
  type Expression,
  type OperatorParser,
} from './expression.js';

/** A missing value compares as undefined does: below null. */
function compare(a: BsonValue | undefined, b: BsonValue | undefined): number {
  return compareValues(a ?? UNDEFINED_VALUE, b ?? UNDEFINED_VALUE);
}

function comparison(holds: (order: number) => boolean): OperatorParser {
  return binary((a, b) => booleanValue(holds(compare(a, b))));
}

const and: OperatorParser = (operand, compiler, name) => {
  const operands = compileOperands(operand, compiler, name, 0, Infinity);
  return (context) => booleanValue(operands.every((each) => isTrue(each(context))));
};

const or: OperatorParser = (operand, compiler, name) => {
  const operands = compileOperands(operand, compiler, name, 0, Infinity);
  return (context) => booleanValue(operands.some((each) => isTrue(each(context))));
};

const ifNull: OperatorParser = (operand, compiler, name) => {
  const operands = compileOperands(operand, compiler, name, 1, Infinity);
  if (operands.length < 2) {
    throw locationError(1_257_300, `$ifNull needs at least two arguments, had: ${operands.length}`);
  }
  const last = operands.at(-1)!;
  const others = operands.slice(0, -1);
  return (context) => {
    for (const each of others) {
      const value = each(context);
      if (!isNullish(value)) return value;
    }
    return last(context);
  };
};

function condOperands(operand: BsonValue): BsonValue[] {
  if (operand.type !== BsonType.object) {
    const operands = operand.type === BsonType.array ? valuesOf(operand) : [operand];
    if (operands.length === 3) return operands;
    throw locationError(
      16_020,
      `Expression $cond takes exactly 3 arguments. ${operands.length} were passed in.`,
    );
  }
  const given = new Map(elementsOf(operand).map(({ name, value }) => [name, value]));
  for (const name of given.keys()) {
    if (name !== 'if' && name !== 'then' && name !== 'else') {
      throw locationError(17_083, `Unrecognized parameter to $cond: ${name}`);
    }
  }
  return [
    given.get('if') ?? missing(17_080, 'if'),
    given.get('then') ?? missing(17_081, 'then'),
    given.get('else') ?? missing(17_082, 'else'),
  ];
}

function missing(code: number, name: string): never {
  throw locationError(code, `Missing '${name}' parameter to $cond`);
}

const cond: OperatorParser = (operand, compiler) => {
  const [condition, whenTrue, whenFalse] = condOperands(operand).map((each) => compiler.compile(each));
  return (context) => (isTrue(condition!(context)) ? whenTrue! : whenFalse!)(context);
};

const switchOperator: OperatorParser = (operand, compiler) => {
  if (operand.type !== BsonType.object)
    throw locationError(40_060, '$switch requires an object as an argument');
  const branches: { when: Expression; result: Expression }[] = [];
  let otherwise: Expression | undefined;
  for (const { name, value } of elementsOf(operand)) {
    if (name === 'default') {
      otherwise = compiler.compile(value);
    } else if (name !== 'branches') {
      throw locationError(40_067, `$switch found an unknown argument: ${name}`);
    } else if (value.type !== BsonType.array) {
      throw locationError(40_061, "$switch expected an array for 'branches'");
    } else {
      for (const branch of valuesOf(value)) {
        const { when, result } = switchBranch(branch);
        branches.push({ when: compiler.compile(when), result: compiler.compile(result) });
      }
    }
  }
  if (branches.length === 0) throw locationError(40_068, '$switch requires at least one branch.');
  return (context) => {
    for (const { when, result } of branches) if (isTrue(when(context))) return result(context);
    if (otherwise !== undefined) return otherwise(context);
    throw locationError(
      40_066,
      '$switch could not find a matching branch for an input, and no default was specified.',
    );
  };
};

function switchBranch(branch: BsonValue): { when: BsonValue; result: BsonValue } {
  if (branch.type !== BsonType.object)
    throw locationError(40_062, '$switch expected each branch to be an object');
  let when: BsonValue | undefined;
  let result: BsonValue | undefined;
  for (const { name, value } of elementsOf(branch)) {
    if (name === 'case') when = value;
    else if (name === 'then') result = value;
    else throw locationError(40_063, `$switch found an unknown argument to a branch: ${name}`);
  }
  if (when === undefined)
    throw locationError(40_064, "$switch requires each branch have a 'case' expression");
  if (result === undefined)
    throw locationError(40_065, "$switch requires each branch have a 'then' expression.");
  return { when, result };
}

export const CONDITIONAL_OPERATORS: Record<string, OperatorParser> = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: binary((a, b) => int32Value(Math.sign(compare(a, b)))),
  $and: and,
  $or: or,
  $not: unary((value) => booleanValue(!isTrue(value))),
  $ifNull: ifNull,
  $cond: cond,
  $switch: switchOperator,
};
