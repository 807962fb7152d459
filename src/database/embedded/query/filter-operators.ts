import { isNumber, toDouble, toExactInteger } from '../bson/bson-number.js';
import {
  ElementCursor,
  elementsOf,
  getField,
  readBoolean,
  readString,
  valuesOf,
} from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { FilterNode, PathPredicate } from './filter-node.js';
import { elementMatchTest, valueMatchTest, sizeTest } from './operators/array.js';
import { bitsTest } from './operators/bits.js';
import { comparisonTest, type ComparisonName } from './operators/comparison.js';
import { inTest } from './operators/in.js';
import { modTest } from './operators/mod.js';
import { readRegex, regexTest } from './operators/regex.js';
import { typeTest } from './operators/type.js';
import type { ElementTest } from './path-matcher.js';

type ParseFilter = (filter: BsonValue) => FilterNode;

/** Operators that MongoDB knows, to refuse by name. */
export const UNSUPPORTED_OPERATORS: ReadonlySet<string> = new Set([
  '$geoWithin',
  '$geoIntersects',
  '$near',
  '$nearSphere',
  '$within',
  '$geoNear',
  '$maxDistance',
  '$minDistance',
  '$uniqueDocs',
  '$_internalSchemaType',
]);

/** True for a document of operators such as `{$gt: 5}`: its first name starts with `$` and it is no DBRef. */
export function isOperatorDocument(value: BsonValue, partOfDbRefIsNone = false): boolean {
  if (value.type !== BsonType.object) return false;
  const cursor = ElementCursor.over(value);
  if (!cursor.next() || !cursor.name().startsWith('$')) return false;
  const has = (name: string): boolean => getField(value, name) !== undefined;
  const isDbRef = partOfDbRefIsNone ? has('$ref') || has('$id') || has('$db') : has('$ref') && has('$id');
  return !isDbRef;
}

/** Parses `{$op: operand, …}` on a path. */
export function parseOperators(
  path: string,
  operators: BsonValue,
  parseFilter: ParseFilter,
): PathPredicate[] {
  return elementsOf(operators).flatMap(({ name, value }) =>
    parseOperator({ path, name, operand: value, siblings: operators, parseFilter }),
  );
}

interface Operator {
  path: string;
  name: string;
  operand: BsonValue;
  siblings: BsonValue;
  parseFilter: ParseFilter;
}

const COMPARISONS: Record<string, ComparisonName> = {
  $eq: 'eq',
  $gt: 'gt',
  $gte: 'gte',
  $lt: 'lt',
  $lte: 'lte',
};

const PARSERS: Record<string, (operator: Operator) => PathPredicate[]> = {
  $ne: (operator) => {
    if (operator.operand.type === BsonType.regex)
      throw storeErrors.BadValue("Can't have regex as arg to $ne.");
    return [not(parseComparison('eq', operator))];
  },
  $in: (operator) => [parseIn(operator)],
  $nin: (operator) => [not([parseIn(operator)])],
  $not: (operator) => [parseNot(operator)],
  $exists: ({ operand }) => [parseExists(isTruthy(operand))],
  $type: ({ operand }) => [leaf(typeTest(operand))],
  $regex: (operator) => [parseRegex(operator)],
  $options: ({ siblings }) => {
    if (getField(siblings, '$regex') === undefined) throw storeErrors.BadValue('$options needs a $regex');
    return [];
  },
  $mod: ({ operand }) => [leaf(modTest(operand))],
  $size: ({ operand }) => [whole(sizeTest(parseSize(operand)))],
  $all: parseAll,
  $elemMatch: (operator) => [whole(parseElementMatch(operator))],
  $bitsAllSet: ({ name, operand }) => [leaf(bitsTest(name, operand))],
  $bitsAllClear: ({ name, operand }) => [leaf(bitsTest(name, operand))],
  $bitsAnySet: ({ name, operand }) => [leaf(bitsTest(name, operand))],
  $bitsAnyClear: ({ name, operand }) => [leaf(bitsTest(name, operand))],
  $comment: () => [],
};

/** The operators that may stand under a field, sorted. */
export const SUPPORTED_FIELD_OPERATORS: readonly string[] = [
  ...Object.keys(COMPARISONS),
  ...Object.keys(PARSERS),
].toSorted();

function parseOperator(operator: Operator): PathPredicate[] {
  const { name } = operator;
  const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (comparison !== undefined) return parseComparison(comparison, operator);
  const parse = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined;
  if (parse !== undefined) return parse(operator);
  if (UNSUPPORTED_OPERATORS.has(name)) {
    throw storeErrors.NotImplemented(`the query operator ${name} is not supported by this store`);
  }
  throw storeErrors.BadValue(`unknown operator: ${name}`);
}

/** True for the names that {@link parseOperators} takes, and for those it refuses by name. */
export function isOperatorName(name: string): boolean {
  return Object.hasOwn(COMPARISONS, name) || Object.hasOwn(PARSERS, name) || UNSUPPORTED_OPERATORS.has(name);
}

function leaf(test: ElementTest): PathPredicate {
  return { kind: 'test', test, traverseLeaf: true };
}

function whole(test: ElementTest): PathPredicate {
  return { kind: 'test', test, traverseLeaf: false };
}

function not(all: readonly PathPredicate[]): PathPredicate {
  return { kind: 'not', all };
}

function parseComparison(op: ComparisonName, { path, operand }: Operator): PathPredicate[] {
  if (operand.type === BsonType.undefined) throw storeErrors.BadValue('cannot compare to undefined');
  if (operand.type === BsonType.regex && op !== 'eq') {
    throw storeErrors.BadValue(`Can't have RegEx as arg to predicate over field '${path}'.`);
  }
  const condition = { op, values: [operand] };
  return [{ kind: 'test', test: comparisonTest(op, operand), traverseLeaf: true, condition }];
}

function parseIn({ name, operand }: Operator): PathPredicate {
  if (operand.type !== BsonType.array) throw storeErrors.BadValue(`${name} needs an array`);
  const values: BsonValue[] = [];
  const patterns: ElementTest[] = [];
  for (const value of valuesOf(operand)) {
    if (isOperatorDocument(value)) throw storeErrors.BadValue(`cannot nest $ under ${name}`);
    if (value.type === BsonType.undefined)
      throw storeErrors.BadValue('InMatchExpression equality cannot be undefined');
    if (value.type === BsonType.regex) patterns.push(regexTest(readRegex(value), value));
    else values.push(value);
  }
  const test = inTest(values, patterns);
  if (patterns.length > 0) return leaf(test);
  return { kind: 'test', test, traverseLeaf: true, condition: { op: 'in', values } };
}

function parseNot({ path, operand, parseFilter }: Operator): PathPredicate {
  if (operand.type === BsonType.regex) return not([leaf(regexTest(readRegex(operand), operand))]);
  if (operand.type !== BsonType.object) throw storeErrors.BadValue('$not needs a regex or a document');
  if (elementsOf(operand).length === 0) throw storeErrors.BadValue('$not cannot be empty');
  return not(parseOperators(path, operand, parseFilter));
}

function parseExists(wanted: boolean): PathPredicate {
  const exists: PathPredicate = {
    kind: 'test',
    test: (value) => value !== undefined,
    traverseLeaf: false,
    ...(wanted ? { condition: { op: 'exists' as const, values: [] } } : {}),
  };
  return wanted ? exists : not([exists]);
}

function parseRegex({ operand, siblings }: Operator): PathPredicate {
  const options = getField(siblings, '$options');
  if (options !== undefined && options.type !== BsonType.string) {
    throw storeErrors.BadValue('$options has to be a string');
  }
  const explicitFlags = options && readString(options);
  if (operand.type === BsonType.regex) {
    const own = readRegex(operand);
    if (explicitFlags !== undefined && own.flags !== '') {
      throw optionsTwice(siblings);
    }
    return leaf(regexTest({ pattern: own.pattern, flags: explicitFlags ?? own.flags }, operand));
  }
  if (operand.type !== BsonType.string) throw storeErrors.BadValue('$regex has to be a string');
  const pattern = readString(operand);
  const flags = explicitFlags ?? '';
  const bytes = Buffer.from(`${pattern}\0${flags}\0`);
  return leaf(regexTest({ pattern, flags }, { type: BsonType.regex, bytes, start: 0, end: bytes.length }));
}

/** MongoDB tells by the code which of the two came first. */
function optionsTwice(siblings: BsonValue): Error {
  const names = elementsOf(siblings).map(({ name }) => name);
  const optionsFirst = names.indexOf('$options') < names.indexOf('$regex');
  return locationError(optionsFirst ? 51_074 : 51_075, 'options set in both $regex and $options');
}

function parseSize(operand: BsonValue): number {
  if (!isNumber(operand)) {
    throw storeErrors.BadValue('Failed to parse $size. Expected a number in: $size');
  }
  const size = toExactInteger(operand);
  if (size === undefined) throw storeErrors.BadValue('Failed to parse $size. Expected an integer: $size');
  if (size < 0n)
    throw storeErrors.BadValue('Failed to parse $size. Expected a non-negative number in: $size');
  return Number(size);
}

function parseAll(operator: Operator): PathPredicate[] {
  const { operand } = operator;
  if (operand.type !== BsonType.array) throw storeErrors.BadValue('$all needs an array');
  const values = valuesOf(operand);
  if (values.length === 0) return [leaf(() => false)];
  const [first] = values;
  const withElementMatch = first !== undefined && isElementMatch(first);
  return values.flatMap((value) => {
    if (withElementMatch) {
      if (!isElementMatch(value)) throw storeErrors.BadValue('$all/$elemMatch has to be consistent');
      return parseOperators(operator.path, value, operator.parseFilter);
    }
    if (isOperatorDocument(value)) throw storeErrors.BadValue('no $ expressions in $all');
    if (value.type === BsonType.regex) return [leaf(regexTest(readRegex(value), value))];
    return parseComparison('eq', { ...operator, operand: value });
  });
}

function isElementMatch(value: BsonValue): boolean {
  if (value.type !== BsonType.object) return false;
  const cursor = ElementCursor.over(value);
  return cursor.next() && cursor.name() === '$elemMatch';
}

const CLAUSES = new Set(['$and', '$or', '$nor', '$where', '$expr', '$comment']);

function parseElementMatch({ path, operand, parseFilter }: Operator): ElementTest {
  if (operand.type !== BsonType.object) throw storeErrors.BadValue('$elemMatch needs an Object');
  const cursor = ElementCursor.over(operand);
  const first = cursor.next() ? cursor.name() : '';
  if (first === '$where') throw storeErrors.BadValue('$elemMatch cannot contain $where expression');
  if (isOperatorDocument(operand, true) && !CLAUSES.has(first)) {
    return valueMatchTest(path, parseOperators('', operand, parseFilter));
  }
  return elementMatchTest(path, parseFilter(operand));
}

/** Truth as MongoDB's query operators see it: not false, null, undefined or zero. */
export function isTruthy(value: BsonValue): boolean {
  if (value.type === BsonType.bool) return readBoolean(value);
  if (isNumber(value)) return toDouble(value) !== 0;
  return value.type !== BsonType.null && value.type !== BsonType.undefined;
}
