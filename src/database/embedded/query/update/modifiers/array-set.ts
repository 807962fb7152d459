import { elementsOf, ElementCursor, valuesOf } from '../../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../../bson/bson-value.js';
import { equalValues } from '../../../bson/compare.js';
import { arrayOf } from '../../../bson/document-builder.js';
import { storeErrors } from '../../../store.errors.js';
import type { Modifier } from '../update-node.js';

/** `$addToSet`: one value or `$each`; values equal to one that is there are left out. */
export function addToSetModifier(operand: BsonValue): Modifier {
  const wanted = withoutRepeats([], parseAddToSet(operand));
  return {
    operator: '$addToSet',
    create: () => arrayOf(wanted),
    update: (value, path) => {
      if (value.type !== BsonType.array) {
        throw storeErrors.BadValue(
          `Cannot apply $addToSet to non-array field. Field named '${path}' has non-array type ${typeAlias(value.type)}`,
        );
      }
      const present = valuesOf(value);
      const added = withoutRepeats(present, wanted);
      return added.length === 0 ? value : arrayOf([...present, ...added]);
    },
  };
}

function withoutRepeats(present: readonly BsonValue[], wanted: readonly BsonValue[]): BsonValue[] {
  const added: BsonValue[] = [];
  for (const value of wanted) {
    const isValue = (other: BsonValue): boolean => equalValues(other, value);
    if (!present.some(isValue) && !added.some(isValue)) added.push(value);
  }
  return added;
}

function parseAddToSet(operand: BsonValue): BsonValue[] {
  if (operand.type !== BsonType.object) return [operand];
  const cursor = ElementCursor.over(operand);
  if (!cursor.next() || cursor.name() !== '$each') return [operand];
  if (cursor.type !== BsonType.array) {
    throw storeErrors.TypeMismatch(
      `The argument to $each in $addToSet must be an array but it was of type ${typeAlias(cursor.type)}`,
    );
  }
  const [, unexpected] = elementsOf(operand);
  if (unexpected !== undefined) {
    throw storeErrors.BadValue(`Found unexpected fields after $each in $addToSet: ${unexpected.name}`);
  }
  return valuesOf(cursor);
}
