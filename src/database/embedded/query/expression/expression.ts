import { isNumber, toDouble } from '../../bson/bson-number.js';
import { readBoolean, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { locationError } from '../../store.errors.js';

/** Values of `$let`, `$map` and their kin, and the command's `let`, by name. */
export type Variables = ReadonlyMap<string, BsonValue | undefined>;

/** What an expression may read while it is evaluated. */
export interface EvaluationContext {
  /** The document as it came: `$$ROOT`. */
  readonly root: BsonValue;
  /** The time of the command: `$$NOW`. */
  readonly now: Date;
  readonly variables: Variables;
}

/** A compiled expression; undefined is MongoDB's "missing". */
export type Expression = (context: EvaluationContext) => BsonValue | undefined;

export const NO_VARIABLES: Variables = new Map();

/** Compiles the operands of an operator within the variables that are known at that place. */
export interface ExpressionCompiler {
  compile(value: BsonValue): Expression;
  /** A compiler that knows these variables too. */
  withVariables(names: readonly string[]): ExpressionCompiler;
}

/** Turns an operator's operand into an expression; checks the operand's shape at once. */
export type OperatorParser = (operand: BsonValue, compiler: ExpressionCompiler, name: string) => Expression;

/** True for null, undefined and missing. */
export function isNullish(value: BsonValue | undefined): boolean {
  return value === undefined || value.type === BsonType.null || value.type === BsonType.undefined;
}

/** Truth as expressions see it: not false, zero, null, undefined or missing. */
export function isTrue(value: BsonValue | undefined): boolean {
  if (value === undefined || isNullish(value)) return false;
  if (value.type === BsonType.bool) return readBoolean(value);
  return !isNumber(value) || toDouble(value) !== 0;
}

/** The type's name as MongoDB writes it in messages. */
export function typeOf(value: BsonValue | undefined): string {
  return value === undefined ? 'missing' : typeAlias(value.type);
}

/** Operands of an operator that takes `[a, b, …]`, or with one operand also `a` alone. */
export function compileOperands(
  operand: BsonValue,
  compiler: ExpressionCompiler,
  name: string,
  least: number,
  most = least,
): Expression[] {
  const operands = operand.type === BsonType.array ? valuesOf(operand) : [operand];
  const count = operands.length;
  if (count < least || count > most) {
    throw least === most
      ? locationError(16_020, `Expression ${name} takes exactly ${least} arguments. ${count} were passed in.`)
      : locationError(
          28_667,
          `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${count} were passed in.`,
        );
  }
  return operands.map((each) => compiler.compile(each));
}

/** An operator of one operand. */
export function unary(
  calculate: (value: BsonValue | undefined, name: string) => BsonValue | undefined,
): OperatorParser {
  return (operand, compiler, name) => {
    const [argument] = compileOperands(operand, compiler, name, 1);
    return (context) => calculate(argument!(context), name);
  };
}

/** An operator of two operands. */
export function binary(
  calculate: (a: BsonValue | undefined, b: BsonValue | undefined, name: string) => BsonValue | undefined,
): OperatorParser {
  return (operand, compiler, name) => {
    const [first, second] = compileOperands(operand, compiler, name, 2);
    return (context) => calculate(first!(context), second!(context), name);
  };
}

/** An operator of any number of operands, all evaluated. */
export function variadic(
  calculate: (values: (BsonValue | undefined)[], name: string) => BsonValue | undefined,
  least = 0,
  most = Infinity,
): OperatorParser {
  return (operand, compiler, name) => {
    const operands = compileOperands(operand, compiler, name, least, most);
    return (context) =>
      calculate(
        operands.map((each) => each(context)),
        name,
      );
  };
}
