import { booleanValue, int32Value, NULL_VALUE, stringValue } from '../../bson/bson-convert.js';
import { isNumber, toExactInteger } from '../../bson/bson-number.js';
import { getField, readInt32, readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { locationError, StoreError, storeErrors } from '../../store.errors.js';
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

/** Bytes of a document. */
function bsonSize(value: BsonValue | undefined): BsonValue {
  if (value === undefined || isNullish(value)) return NULL_VALUE;
  if (value.type !== BsonType.object) {
    throw locationError(31_393, `$bsonSize requires a document input, found: ${typeOf(value)}`);
  }
  return int32Value(value.end - value.start);
}

/** A binary value's length stands before its subtype, a string's before its text with the NUL counted. */
function binarySize(value: BsonValue | undefined): BsonValue {
  if (value === undefined || isNullish(value)) return NULL_VALUE;
  if (value.type !== BsonType.binary && value.type !== BsonType.string) {
    throw locationError(51_276, `$binarySize requires a string or BinData argument, found: ${typeOf(value)}`);
  }
  const bytes = readInt32(value.bytes, value.start);
  return int32Value(value.type === BsonType.string ? bytes - 1 : bytes);
}

export const TYPE_OPERATORS: Record<string, OperatorParser> = {
  $type: unary((value) => stringValue(typeOf(value))),
  $isNumber: unary((value) => booleanValue(value !== undefined && isNumber(value))),
  $bsonSize: unary(bsonSize),
  $binarySize: unary(binarySize),
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
