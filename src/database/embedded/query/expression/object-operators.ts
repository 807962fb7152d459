import { NULL_VALUE, stringValue } from '../../bson/bson-convert.js';
import { elementsOf, getField, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import { isNullish, typeOf, unary, variadic, type Expression, type OperatorParser } from './expression.js';
import { namedOperands } from './named-operands.js';

function mergeObjects(values: (BsonValue | undefined)[]): BsonValue {
  const merged = new Map<string, BsonValue>();
  const [only] = values;
  const objects = values.length === 1 && only?.type === BsonType.array ? valuesOf(only) : values;
  for (const object of objects) {
    if (object === undefined || isNullish(object)) continue;
    if (object.type !== BsonType.object) {
      throw locationError(
        40_400,
        `$mergeObjects requires object inputs, but input is of type ${typeOf(object)}`,
      );
    }
    for (const { name, value } of elementsOf(object)) merged.set(name, value);
  }
  return documentOf(merged);
}

function objectToArray(value: BsonValue | undefined): BsonValue {
  if (value === undefined || isNullish(value)) return NULL_VALUE;
  if (value.type !== BsonType.object) {
    throw locationError(40_390, `$objectToArray requires a document input, found: ${typeOf(value)}`);
  }
  return arrayOf(
    elementsOf(value).map(({ name, value: v }) =>
      documentOf([
        ['k', stringValue(name)],
        ['v', v],
      ]),
    ),
  );
}

function arrayToObject(value: BsonValue | undefined): BsonValue {
  if (value === undefined || isNullish(value)) return NULL_VALUE;
  if (value.type !== BsonType.array) {
    throw locationError(40_386, `$arrayToObject requires an array input, found: ${typeOf(value)}`);
  }
  const elements = valuesOf(value);
  const [first] = elements;
  if (first === undefined) return documentOf([]);
  if (first.type !== BsonType.array && first.type !== BsonType.object) {
    throw locationError(40_398, `Unrecognised input type format for $arrayToObject: ${typeOf(first)}`);
  }
  const readPair = first.type === BsonType.array ? pairOfArray : pairOfObject;
  return documentOf(new Map(elements.map((element) => readPair(element))));
}

function pairOfArray(element: BsonValue): [string, BsonValue] {
  if (element.type !== BsonType.array) {
    throw locationError(
      40_396,
      `$arrayToObject requires a consistent input format, now found: ${typeOf(element)}`,
    );
  }
  const [key, value, ...rest] = valuesOf(element);
  if (key === undefined || value === undefined || rest.length > 0) {
    throw locationError(40_397, '$arrayToObject requires an array of size 2 arrays');
  }
  return [keyText(key, 40_395), value];
}

function pairOfObject(element: BsonValue): [string, BsonValue] {
  if (element.type !== BsonType.object) {
    throw locationError(
      40_391,
      `$arrayToObject requires a consistent input format, now found: ${typeOf(element)}`,
    );
  }
  if (elementsOf(element).length !== 2) {
    throw locationError(40_392, "$arrayToObject requires an object keys of 'k' and 'v'");
  }
  const key = getField(element, 'k');
  const value = getField(element, 'v');
  if (key === undefined || value === undefined) {
    throw locationError(40_393, "$arrayToObject requires an object with keys 'k' and 'v'");
  }
  return [keyText(key, 40_394), value];
}

function keyText(key: BsonValue, code: number): string {
  if (key.type !== BsonType.string) {
    throw locationError(code, `$arrayToObject requires keys of type string. Found type: ${typeOf(key)}`);
  }
  const text = readString(key);
  if (text.includes('\0')) throw locationError(4_940_400, 'Key field cannot contain an embedded null byte');
  return text;
}

/** The name that `$getField` and its kin are given: a constant string, which may hold dots and start with `$`. */
function constantName(operand: BsonValue, name: string): string {
  const literal = operand.type === BsonType.object ? getField(operand, '$literal') : undefined;
  const value = literal ?? operand;
  if (value.type !== BsonType.string) {
    throw locationError(5_654_602, `${name} requires 'field' to evaluate to type String`);
  }
  const text = readString(value);
  if (text.includes('\0')) {
    throw locationError(9_534_700, `${name} requires a 'field' without null bytes`);
  }
  if (literal === undefined && text.startsWith('$')) {
    throw locationError(5_654_600, `${name} requires 'field' to be a constant string`);
  }
  return text;
}

const getFieldOperator: OperatorParser = (operand, compiler, name) => {
  const isShort = operand.type !== BsonType.object || getField(operand, '$literal') !== undefined;
  const operands = isShort ? new Map([['field', operand]]) : namedOperands(operand, name, ['field', 'input']);
  const field = constantName(operands.get('field')!, name);
  const inputOperand = operands.get('input');
  const input: Expression = inputOperand === undefined ? ({ root }) => root : compiler.compile(inputOperand);
  return (context) => {
    const object = input(context);
    if (isNullish(object)) return object === undefined ? undefined : NULL_VALUE;
    return object?.type === BsonType.object ? getField(object, field) : undefined;
  };
};

/** `$setField` and `$unsetField`, which is `$setField` of a missing value. */
function fieldSetter(required: readonly string[]): OperatorParser {
  return (operand, compiler, name) => {
    const operands = namedOperands(operand, name, required);
    const field = constantName(operands.get('field')!, name);
    const input = compiler.compile(operands.get('input')!);
    const valueOperand = operands.get('value');
    const read = valueOperand === undefined ? undefined : compiler.compile(valueOperand);
    return (context) => {
      const object = input(context);
      if (object === undefined || isNullish(object)) return NULL_VALUE;
      if (object.type !== BsonType.object) {
        throw locationError(4_161_105, `${name} requires 'input' to evaluate to type Object`);
      }
      const fields = new Map(elementsOf(object).map((element) => [element.name, element.value]));
      const value = read?.(context);
      if (value === undefined) fields.delete(field);
      else fields.set(field, value);
      return documentOf(fields);
    };
  };
}

export const OBJECT_OPERATORS: Record<string, OperatorParser> = {
  $mergeObjects: variadic(mergeObjects),
  $objectToArray: unary(objectToArray),
  $arrayToObject: unary(arrayToObject),
  $getField: getFieldOperator,
  $setField: fieldSetter(['field', 'input', 'value']),
  $unsetField: fieldSetter(['field', 'input']),
};
