import { toDouble } from '../../bson/bson-number.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues, identicalValues, typeRank } from '../../bson/compare.js';
import type { ElementTest } from '../path-matcher.js';

export type ComparisonName = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

const NUMBER_RANK = typeRank(BsonType.int);

const holds: Record<ComparisonName, (order: number) => boolean> = {
  eq: (order) => order === 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

/**
 * The test of one comparison operator. Values of other types than the operand's never match ("type bracketing"), but
 * for MinKey and MaxKey; null matches missing fields. An undefined value in a document is not null, as from MongoDB 8.0.
 */
export function comparisonTest(name: ComparisonName, operand: BsonValue): ElementTest {
  if (operand.type === BsonType.null) return nullTest(name);
  if (operand.type === BsonType.minKey || operand.type === BsonType.maxKey) return extremeTest(name, operand);
  const rank = typeRank(operand.type);
  if (name === 'eq') return equalityTest(operand);
  const accepts = holds[name];
  if (rank === NUMBER_RANK) return numberTest(name, operand);
  return (value) =>
    value !== undefined && typeRank(value.type) === rank && accepts(compareValues(value, operand));
}

function equalityTest(operand: BsonValue): ElementTest {
  const { type } = operand;
  if (type === BsonType.string || type === BsonType.objectId || type === BsonType.bool) {
    return (value) =>
      value !== undefined &&
      (value.type === type
        ? identicalValues(value, operand)
        : value.type === BsonType.symbol && compareValues(value, operand) === 0);
  }
  return (value) => value !== undefined && compareValues(value, operand) === 0;
}

function nullTest(name: ComparisonName): ElementTest {
  const accepts = name === 'eq' || name === 'gte' || name === 'lte';
  return (value) => accepts && (value === undefined || value.type === BsonType.null);
}

function extremeTest(name: ComparisonName, operand: BsonValue): ElementTest {
  const accepts = holds[name];
  if (name === 'eq') return (value) => value?.type === operand.type;
  const order = operand.type === BsonType.maxKey ? -1 : 1;
  return (value) => accepts(value?.type === operand.type ? 0 : order);
}

/** NaN is equal to NaN and neither less nor greater than any number. */
function numberTest(name: ComparisonName, operand: BsonValue): ElementTest {
  const accepts = holds[name];
  const operandIsNan = Number.isNaN(toDouble(operand));
  if (operandIsNan) {
    const orEqual = name === 'gte' || name === 'lte';
    return (value) => orEqual && value !== undefined && isNan(value);
  }
  return (value) =>
    value !== undefined &&
    typeRank(value.type) === NUMBER_RANK &&
    accepts(compareValues(value, operand)) &&
    !isNan(value);
}

function isNan(value: BsonValue): boolean {
  return typeRank(value.type) === NUMBER_RANK && Number.isNaN(toDouble(value));
}
