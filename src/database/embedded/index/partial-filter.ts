import { compareValues, typeRank } from '../bson/compare.js';
import { elementsOf, readBoolean, valuesOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { documentValue } from '../bson/bson-reader.js';
import { compileFilter, type Filter, type FieldCondition } from '../query/filter.js';
import { compileFieldTests, type FieldTest } from '../query/filter-compiler.js';
import { comparisonTest } from '../query/operators/comparison.js';
import { storeErrors } from '../store.errors.js';

type PartialOperator = 'eq' | 'gt' | 'gte' | 'lt' | 'lte' | 'in' | 'exists' | 'type';

interface PartialPredicate {
  readonly path: string;
  readonly op: PartialOperator;
  readonly operand: BsonValue;
}

/** Operands of which some comparison holds for a field that is not there. */
export const MATCHES_MISSING: ReadonlySet<number> = new Set([
  BsonType.null,
  BsonType.undefined,
  BsonType.minKey,
  BsonType.maxKey,
]);

const OPERATORS: Record<string, PartialOperator> = {
  $eq: 'eq',
  $gt: 'gt',
  $gte: 'gte',
  $lt: 'lt',
  $lte: 'lte',
  $in: 'in',
  $exists: 'exists',
  $type: 'type',
};

/** Which documents a partial index holds, and whether a query asks only for such. */
export class PartialFilter {
  private readonly filter: Filter;
  private readonly predicates: readonly PartialPredicate[];
  /** All of the filter as tests of top-level fields. */
  readonly fieldTests: readonly FieldTest[] | undefined;

  /** @throws StoreError CannotCreateIndex (67) for an expression that partial indexes cannot have. */
  constructor(readonly expression: Uint8Array) {
    this.predicates = parsePredicates(documentValue(expression));
    this.filter = compileFilter(expression);
    this.fieldTests = compileFieldTests(this.filter.root);
  }

  get paths(): string[] {
    return this.predicates.map((predicate) => predicate.path);
  }

  matches(document: Uint8Array): boolean {
    return this.filter.matches(document);
  }

  /** True when every document that fulfils all of `conditions` is in the index. */
  isImpliedBy(conditions: readonly FieldCondition[]): boolean {
    return this.predicates.every((predicate) =>
      conditions.some((condition) => condition.path === predicate.path && implies(condition, predicate)),
    );
  }
}

function parsePredicates(expression: BsonValue): PartialPredicate[] {
  return elementsOf(expression).flatMap(({ name, value }) => {
    if (name === '$and' && value.type === BsonType.array) {
      return valuesOf(value).flatMap((part) => parsePredicates(part));
    }
    if (name.startsWith('$')) throw unsupported(name);
    return parseField(name, value);
  });
}

function parseField(path: string, value: BsonValue): PartialPredicate[] {
  const elements = value.type === BsonType.object ? elementsOf(value) : [];
  if (!elements[0]?.name.startsWith('$')) return [{ path, op: 'eq', operand: value }];
  return elements.map(({ name, value: operand }) => {
    const op = OPERATORS[name];
    if (op === undefined || (op === 'exists' && !isTrue(operand))) throw unsupported(name);
    return { path, op, operand };
  });
}

function isTrue(value: BsonValue): boolean {
  return value.type === BsonType.bool ? readBoolean(value) : value.type !== BsonType.null;
}

function unsupported(name: string): Error {
  return storeErrors.CannotCreateIndex(`Expression not supported in partial index: ${name}`);
}

/** Whether a document that fulfils `condition` fulfils `predicate`, both on the same path; false when unsure. */
function implies(condition: FieldCondition, predicate: PartialPredicate): boolean {
  if (predicate.op === 'exists') {
    return condition.op === 'exists' || condition.values.every(({ type }) => !MATCHES_MISSING.has(type));
  }
  if (condition.op === 'eq' || condition.op === 'in') {
    return condition.values.length > 0 && condition.values.every((value) => fulfils(value, predicate));
  }
  if (condition.op === 'exists' || condition.values.length !== 1) return false;
  return rangeImplies(condition.op, condition.values[0]!, predicate);
}

function fulfils(value: BsonValue, { op, operand }: PartialPredicate): boolean {
  // An array is matched by its elements too, and null by a missing field: neither says what the document holds.
  if (value.type === BsonType.array || value.type === BsonType.null) return false;
  if (op === 'exists' || op === 'type') return false;
  if (op === 'in') return valuesOf(operand).some((one) => comparisonTest('eq', one)(value));
  return comparisonTest(op, operand)(value);
}

function rangeImplies(
  op: 'gt' | 'gte' | 'lt' | 'lte',
  bound: BsonValue,
  predicate: PartialPredicate,
): boolean {
  const { operand } = predicate;
  if (!sameBracket(bound, operand) || bound.type === BsonType.array) return false;
  // NaN is the lowest number in order, but no comparison but with itself holds for it.
  if (isNaNValue(bound) || isNaNValue(operand)) return false;
  const order = compareValues(bound, operand);
  if (predicate.op === 'gt') return op === 'gt' ? order >= 0 : op === 'gte' && order > 0;
  if (predicate.op === 'gte') return (op === 'gt' || op === 'gte') && order >= 0;
  if (predicate.op === 'lt') return op === 'lt' ? order <= 0 : op === 'lte' && order < 0;
  if (predicate.op === 'lte') return (op === 'lt' || op === 'lte') && order <= 0;
  return false;
}

function isNaNValue(value: BsonValue): boolean {
  return isNumber(value) && Number.isNaN(toDouble(value));
}

function sameBracket(a: BsonValue, b: BsonValue): boolean {
  return typeRank(a.type) === typeRank(b.type);
}
