import { booleanValue, NULL_VALUE, stringValue } from '../../bson/bson-convert.js';
import { isNumber, toExactInteger } from '../../bson/bson-number.js';
import { getField, readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { StoreError, storeErrors } from '../../store.errors.js';
import { convertValue, isConversionTarget } from './convert-value.js';
import { isNullish, typeOf, unary, type Expression, type OperatorParser } from './expression.js';
import { namedOperands } from './named-operands.js';

function convertOr(value: BsonValue | undefined, target: number, context: { onNull?: BsonValue }): BsonValue {
  if (value === undefined || isNullish(value)) return context.onNull ?? NULL_VALUE;
  return convertValue(value, target);
}

function shorthand(target: number): OperatorParser {
  return unary((value) => convertOr(value, target, {}));
}

/** The operand `to`: an alias or number of a type, or `{type: …}`. */
function targetType(value: BsonValue | undefined): number | undefined {
  if (value === undefined || isNullish(value)) return undefined;
  const type = value.type === BsonType.object ? getField(value, 'type') : value;
  const target = type?.type === BsonType.string ? aliased(readString(type)) : type && numbered(type);
  if (target === undefined) {
    throw storeErrors.FailedToParse("$convert's 'to' argument must be a string or number that names a type");
  }
  if (!isConversionTarget(target)) {
    throw storeErrors.NotImplemented('$convert to this type is not supported by this store');
  }
  return target;
}

function aliased(alias: string): number {
  const types: Record<string, number> = BsonType;
  const type = Object.hasOwn(types, alias) ? types[alias] : undefined;
  if (type === undefined) throw storeErrors.BadValue(`Unknown type name: ${alias}`);
  return type;
}

function numbered(value: BsonValue): number | undefined {
  const code = isNumber(value) ? toExactInteger(value) : undefined;
  if (code === undefined) return undefined;
  const type = code === -1n ? BsonType.minKey : Number(code);
  const known = Object.values(BsonType).some((each) => each === type);
  if (!known)
    throw storeErrors.FailedToParse(
      `In $convert, numeric value for 'to' does not correspond to a BSON type: ${code}`,
    );
  return type;
}

const convert: OperatorParser = (operand, compiler, name) => {
  const operands = namedOperands(operand, name, ['input', 'to'], ['onError', 'onNull']);
  const compile = (role: string): Expression | undefined => {
    const value = operands.get(role);
    return value && compiler.compile(value);
  };
  const input = compile('input')!;
  const to = compile('to')!;
  const onError = compile('onError');
  const onNull = compile('onNull');
  return (context) => {
    const value = input(context);
    const target = targetType(to(context));
    if (value === undefined || isNullish(value)) return onNull === undefined ? NULL_VALUE : onNull(context);
    if (target === undefined) return NULL_VALUE;
    try {
      return convertValue(value, target);
    } catch (error) {
      const isFailure = error instanceof StoreError && error.codeName === 'ConversionFailure';
      if (isFailure && onError !== undefined) return onError(context);
      throw error;
    }
  };
};

export const TYPE_OPERATORS: Record<string, OperatorParser> = {
  $type: unary((value) => stringValue(typeOf(value))),
  $isNumber: unary((value) => booleanValue(value !== undefined && isNumber(value))),
  $convert: convert,
  $toString: shorthand(BsonType.string),
  $toInt: shorthand(BsonType.int),
  $toLong: shorthand(BsonType.long),
  $toDouble: shorthand(BsonType.double),
  $toDecimal: shorthand(BsonType.decimal),
  $toBool: shorthand(BsonType.bool),
  $toDate: shorthand(BsonType.date),
  $toObjectId: shorthand(BsonType.objectId),
};
