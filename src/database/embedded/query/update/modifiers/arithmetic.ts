import { addNumbers, integerValue, multiplyNumbers } from '../../../bson/bson-arithmetic.js';
import { int32Value } from '../../../bson/bson-convert.js';
import { isNumber, toExactInteger } from '../../../bson/bson-number.js';
import { elementsOf } from '../../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../../bson/bson-value.js';
import { identicalValues } from '../../../bson/compare.js';
import { storeErrors } from '../../../store.errors.js';
import type { Modifier } from '../update-node.js';

/** `$inc`: a field that is absent becomes the operand. Of the operand given here only the type counts. */
export function incrementModifier(field: string, operand: BsonValue, place: number): Modifier {
  requireNumber('increment', field, operand);
  return {
    operator: '$inc',
    create: (_path, { operands }) => operands[place],
    update: (value, path, { operands }) => calculate('$inc', value, path, operands[place]!, addNumbers),
  };
}

/** A field that is absent becomes the operand times zero, which is of the operand's type. */
export function multiplyModifier(field: string, operand: BsonValue): Modifier {
  requireNumber('multiply', field, operand);
  const zero = multiplyNumbers(operand, int32Value(0)) ?? operand;
  return {
    operator: '$mul',
    create: () => zero,
    update: (value, path) => calculate('$mul', value, path, operand, multiplyNumbers),
  };
}

function requireNumber(verb: string, field: string, operand: BsonValue): void {
  if (!isNumber(operand)) {
    throw storeErrors.TypeMismatch(
      `Cannot ${verb} with non-numeric argument: {${field}: <${typeAlias(operand.type)}>}`,
    );
  }
}

function calculate(
  operator: string,
  value: BsonValue,
  path: string,
  operand: BsonValue,
  combine: (a: BsonValue, b: BsonValue) => BsonValue | undefined,
): BsonValue {
  if (!isNumber(value)) {
    throw storeErrors.TypeMismatch(
      `Cannot apply ${operator} to a value of non-numeric type. The document has the field '${path}' of non-numeric type ${typeAlias(value.type)}`,
    );
  }
  const result = combine(value, operand);
  if (result === undefined) {
    throw storeErrors.BadValue(
      `Failed to apply ${operator} operations to current value of '${path}': the result does not fit a Long`,
    );
  }
  return identicalValues(result, value) ? value : result;
}

const BIT_OPERATIONS: Record<string, (a: bigint, b: bigint) => bigint> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

/** `$bit`: `{and | or | xor: integer}`; an absent field counts as Int32 0. */
export function bitModifier(field: string, operand: BsonValue): Modifier {
  const steps = parseBitSteps(field, operand);
  const apply = (value: BsonValue): BsonValue => {
    let result = value;
    for (const { combine, by } of steps) {
      const bits = combine(toExactInteger(result) ?? 0n, toExactInteger(by) ?? 0n);
      const wide = result.type === BsonType.long || by.type === BsonType.long;
      result = integerValue(bits, wide) ?? result;
    }
    return result;
  };
  return {
    operator: '$bit',
    create: () => apply(int32Value(0)),
    update: (value, path) => {
      if (!isInteger(value)) {
        throw storeErrors.BadValue(
          `Cannot apply $bit to a value of non-integral type. The document has the field ${path} of non-integer type ${typeAlias(value.type)}`,
        );
      }
      const result = apply(value);
      return identicalValues(result, value) ? value : result;
    },
  };
}

function isInteger(value: BsonValue): boolean {
  return value.type === BsonType.int || value.type === BsonType.long;
}

function parseBitSteps(
  field: string,
  operand: BsonValue,
): { combine: (a: bigint, b: bigint) => bigint; by: BsonValue }[] {
  const example = `You must pass in at least one bitwise operation to $bit. The format is: {$bit: {field: {and/or/xor: #}}`;
  if (operand.type !== BsonType.object) {
    throw storeErrors.BadValue(
      `The $bit modifier is not compatible with a ${typeAlias(operand.type)}. ${example}`,
    );
  }
  const elements = elementsOf(operand);
  if (elements.length === 0) throw storeErrors.BadValue(example);
  return elements.map(({ name, value }) => {
    const combine = Object.hasOwn(BIT_OPERATIONS, name) ? BIT_OPERATIONS[name] : undefined;
    if (combine === undefined) {
      throw storeErrors.BadValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator`,
      );
    }
    if (!isInteger(value)) {
      throw storeErrors.BadValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeAlias(value.type)}' is not supported here: {${field}: {${name}: …}}`,
      );
    }
    return { combine, by: value };
  });
}
