import { isNumber, toExactInteger } from '../../../bson/bson-number.js';
import { ElementCursor, valuesOf } from '../../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../../bson/bson-value.js';
import { equalValues } from '../../../bson/compare.js';
import { arrayOf, documentOf } from '../../../bson/document-builder.js';
import { storeErrors } from '../../../store.errors.js';
import { compileNode } from '../../filter-compiler.js';
import { isOperatorName } from '../../filter-operators.js';
import { parseFilter, WITHOUT_EXPRESSIONS } from '../../filter-parser.js';
import type { Modifier } from '../update-node.js';

type ElementMatcher = (element: BsonValue) => boolean;

/** `$pull`: by equality, by operators such as `{$gte: 5}`, or by a filter that documents in the array match. */
export function pullModifier(operand: BsonValue): Modifier {
  return cullingModifier('$pull', pullMatcher(operand));
}

/** `$pullAll`: removes all elements equal to one of the operand. */
export function pullAllModifier(operand: BsonValue): Modifier {
  if (operand.type !== BsonType.array) {
    throw storeErrors.BadValue(
      `$pullAll requires an array argument but was given a ${typeAlias(operand.type)}`,
    );
  }
  const values = valuesOf(operand);
  return cullingModifier('$pullAll', (element) => values.some((value) => equalValues(value, element)));
}

function cullingModifier(operator: string, matches: ElementMatcher): Modifier {
  return {
    operator,
    create: () => undefined,
    update: (value) => {
      if (value.type !== BsonType.array) {
        throw storeErrors.BadValue(`Cannot apply ${operator} to a non-array value`);
      }
      const before = valuesOf(value);
      const after = before.filter((element) => !matches(element));
      return after.length === before.length ? value : arrayOf(after);
    },
  };
}

function pullMatcher(operand: BsonValue): ElementMatcher {
  if (operand.type === BsonType.object && !startsWithOperator(operand)) {
    const matches = compileNode(parseFilter(operand, WITHOUT_EXPRESSIONS));
    return (element) => element.type === BsonType.object && matches(element, undefined);
  }
  if (operand.type === BsonType.object || operand.type === BsonType.regex) {
    const matches = compileNode(parseFilter(documentOf([['', operand]]), WITHOUT_EXPRESSIONS));
    return (element) => matches(documentOf([['', element]]), undefined);
  }
  return (element) => equalValues(element, operand);
}

function startsWithOperator(document: BsonValue): boolean {
  const cursor = ElementCursor.over(document);
  return cursor.next() && isOperatorName(cursor.name());
}

/** `$pop`: 1 removes the last element, -1 the first. */
export function popModifier(field: string, operand: BsonValue): Modifier {
  if (!isNumber(operand)) {
    throw storeErrors.FailedToParse(`Expected a number in: ${field}: <${typeAlias(operand.type)}>`);
  }
  const side = toExactInteger(operand);
  if (side !== 1n && side !== -1n) {
    throw storeErrors.FailedToParse(`$pop expects 1 or -1, found: ${side ?? 'a fraction'}`);
  }
  return {
    operator: '$pop',
    create: () => undefined,
    update: (value, path) => {
      if (value.type !== BsonType.array) {
        throw storeErrors.TypeMismatch(
          `Path '${path}' contains an element of non-array type '${typeAlias(value.type)}'`,
        );
      }
      const values = valuesOf(value);
      if (values.length === 0) return value;
      return arrayOf(side === 1n ? values.slice(0, -1) : values.slice(1));
    },
  };
}
