import { elementsOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';

/**
 * The fields of an operand such as `{input: …, as: …}`.
 * @throws StoreError FailedToParse (9) for a field that the operator does not take, or one it lacks.
 */
export function namedOperands(
  operand: BsonValue,
  name: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Map<string, BsonValue> {
  if (operand.type !== BsonType.object) {
    throw storeErrors.FailedToParse(`${name} only supports an object as its argument`);
  }
  const operands = new Map(elementsOf(operand).map((element) => [element.name, element.value]));
  for (const given of operands.keys()) {
    if (!required.includes(given) && !optional.includes(given)) {
      throw storeErrors.FailedToParse(`Unrecognized argument to ${name}: ${given}`);
    }
  }
  for (const wanted of required) {
    if (!operands.has(wanted)) throw storeErrors.FailedToParse(`Missing '${wanted}' parameter to ${name}`);
  }
  return operands;
}
