import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { dateValue, NULL_VALUE } from '../../bson/bson-convert.js';
import { ElementCursor, elementsOf, getField, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { parseCheckedPath } from '../path-validation.js';
import type { Expression, ExpressionCompiler } from './expression.js';
import { ARITHMETIC_OPERATORS } from './arithmetic-operators.js';
import { ARRAY_OPERATORS } from './array-operators.js';
import { CONDITIONAL_OPERATORS } from './conditional-operators.js';
import { DATE_OPERATORS } from './date-operators.js';
import { DATE_PARSE_OPERATORS } from './date-parse-operators.js';
import { N_OPERATORS } from './n-operators.js';
import { OBJECT_OPERATORS } from './object-operators.js';
import { REGEX_OPERATORS } from './regex-operators.js';
import { SET_OPERATORS } from './set-operators.js';
import { STRING_OPERATORS } from './string-operators.js';
import { TYPE_OPERATORS } from './type-operators.js';
import { UNSUPPORTED_EXPRESSIONS } from './unsupported-expressions.js';
import { VARIABLE_OPERATORS } from './variable-operators.js';
import { ZIP_OPERATORS } from './zip-operator.js';

const OPERATORS = new Map(
  [
    ARITHMETIC_OPERATORS,
    ARRAY_OPERATORS,
    CONDITIONAL_OPERATORS,
    DATE_OPERATORS,
    DATE_PARSE_OPERATORS,
    N_OPERATORS,
    OBJECT_OPERATORS,
    REGEX_OPERATORS,
    SET_OPERATORS,
    STRING_OPERATORS,
    TYPE_OPERATORS,
    VARIABLE_OPERATORS,
    ZIP_OPERATORS,
  ].flatMap((operators) => Object.entries(operators)),
);

/** Names of all supported expression operators, sorted. */
export const SUPPORTED_EXPRESSIONS: readonly string[] = [
  ...OPERATORS.keys(),
  '$literal',
  '$const',
].toSorted();

/** True for the operators that {@link compileExpression} takes, and those it refuses by name. */
export function isKnownExpression(name: string): boolean {
  return OPERATORS.has(name) || UNSUPPORTED_EXPRESSIONS.has(name) || name === '$literal' || name === '$const';
}

/**
 * Compiles an aggregation expression; `variables` are names that the evaluation's context defines beside `$$ROOT`,
 * `$$CURRENT`, `$$NOW` and `$$REMOVE`.
 * @throws StoreError for an operator that is unknown (168) or unsupported (238), or has operands it can't take.
 */
export function compileExpression(value: BsonValue, variables: readonly string[] = []): Expression {
  return new Compiler(new Set(variables)).compile(value);
}

class Compiler implements ExpressionCompiler {
  constructor(private readonly variables: ReadonlySet<string>) {}

  withVariables(names: readonly string[]): ExpressionCompiler {
    return new Compiler(new Set([...this.variables, ...names]));
  }

  compile(value: BsonValue): Expression {
    switch (value.type) {
      case BsonType.string:
        return this.compileString(value);
      case BsonType.array: {
        const elements = valuesOf(value).map((element) => this.compile(element));
        return (context) => arrayOf(elements.map((element) => element(context) ?? NULL_VALUE));
      }
      case BsonType.object:
        return this.compileObject(value);
      default:
        return () => value;
    }
  }

  private compileString(value: BsonValue): Expression {
    const text = readString(value);
    if (!text.startsWith('$')) return () => value;
    if (text.startsWith('$$')) return this.compileVariable(text.slice(2));
    if (text === '$') throw locationError(16_872, "'$' by itself is not a valid FieldPath");
    const parts = parseCheckedPath(text.slice(1));
    return ({ root }) => readFieldPath(root, parts, 0);
  }

  private compileVariable(text: string): Expression {
    if (text === '') throw locationError(16_869, "'$$' by itself is not a valid Expression");
    const dot = text.indexOf('.');
    const name = dot === -1 ? text : text.slice(0, dot);
    const parts = dot === -1 ? [] : parseCheckedPath(text.slice(dot + 1));
    const read = this.variable(name);
    if (parts.length === 0) return read;
    return (context) => {
      const value = read(context);
      return value === undefined ? undefined : readFieldPath(value, parts, 0);
    };
  }

  private variable(name: string): Expression {
    if (this.variables.has(name)) return ({ variables }) => variables.get(name);
    switch (name) {
      case 'ROOT':
      case 'CURRENT':
        return ({ root }) => root;
      case 'NOW':
        return ({ now }) => dateValue(now.getTime());
      case 'REMOVE':
        return () => undefined;
      case 'CLUSTER_TIME':
      case 'SEARCH_META':
      case 'USER_ROLES':
        throw storeErrors.NotImplemented(`the variable $$${name} is not supported by this store`);
      default:
        throw locationError(17_276, `Use of undefined variable: ${name}`);
    }
  }

  private compileObject(value: BsonValue): Expression {
    const cursor = ElementCursor.over(value);
    if (cursor.next() && cursor.name().startsWith('$')) {
      const operator = cursor.name();
      const operand = cursor.snapshot();
      if (cursor.next()) {
        throw locationError(15_983, 'an object representing an expression must have exactly one field');
      }
      return this.compileOperator(operator, operand);
    }
    const fields = elementsOf(value).map(({ name, value: field }) => {
      if (name.startsWith('$')) {
        throw locationError(15_983, 'an object representing an expression must have exactly one field');
      }
      if (name.includes('.')) {
        throw locationError(
          16_412,
          `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
        );
      }
      return { name, expression: this.compile(field) };
    });
    return (context) => {
      const present: [string, BsonValue][] = [];
      for (const { name, expression } of fields) {
        const field = expression(context);
        if (field !== undefined) present.push([name, field]);
      }
      return documentOf(present);
    };
  }

  private compileOperator(name: string, operand: BsonValue): Expression {
    if (name === '$literal' || name === '$const') return () => operand;
    const parse = OPERATORS.get(name);
    if (parse !== undefined) return parse(operand, this, name);
    if (UNSUPPORTED_EXPRESSIONS.has(name)) {
      throw storeErrors.NotImplemented(`the expression ${name} is not supported by this store`);
    }
    throw storeErrors.InvalidPipelineOperator(`Unrecognized expression '${name}'`);
  }
}

/** A field path: through an array it gives the array of what the path finds in each document of it. */
function readFieldPath(from: BsonValue, parts: readonly string[], depth: number): BsonValue | undefined {
  let value: BsonValue | undefined = from;
  for (let at = depth; at < parts.length; at += 1) {
    if (value.type === BsonType.array) return mapArray(value, parts, at);
    if (value.type !== BsonType.object) return undefined;
    value = getField(value, parts[at]!);
    if (value === undefined) return undefined;
  }
  return value;
}

function mapArray(array: BsonValue, parts: readonly string[], depth: number): BsonValue {
  const found: BsonValue[] = [];
  for (const element of valuesOf(array)) {
    const value = element.type === BsonType.object ? readFieldPath(element, parts, depth) : undefined;
    if (value !== undefined) found.push(value);
  }
  return arrayOf(found);
}
