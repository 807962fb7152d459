import { elementsOf, valuesOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { storeErrors } from '../store.errors.js';
import { compileExpressionFilter } from './expression-filter.js';
import { parseFieldPath } from './field-path.js';
import { isOperatorDocument, parseOperators } from './filter-operators.js';
import type { FilterNode, PathPredicate } from './filter-node.js';
import { comparisonTest } from './operators/comparison.js';
import { readRegex, regexTest } from './operators/regex.js';

/** Operators that MongoDB knows at a filter's top level and this store does not. */
const UNSUPPORTED = new Set([
  '$where',
  '$text',
  '$jsonSchema',
  '$alwaysTrue',
  '$alwaysFalse',
  '$sampleRate',
  '$_internalSchemaXor',
]);

/** The operators that may stand beside fields, sorted. */
export const SUPPORTED_FILTER_OPERATORS: readonly string[] = ['$and', '$comment', '$expr', '$nor', '$or'];

/** Where a filter stands, which says whether it may hold `$expr`. */
export interface FilterScope {
  /** `nested`: within `$elemMatch`; `banned`: in array filters, `$pull` and the like. */
  readonly expressions: 'allowed' | 'nested' | 'banned';
  /** Names of the variables that `$expr` may use. */
  readonly variables: readonly string[];
}

export const WITHOUT_EXPRESSIONS: FilterScope = { expressions: 'banned', variables: [] };

const NESTED: FilterScope = { expressions: 'nested', variables: [] };

/** Parses a filter; the operands of all operators are checked here, before any document is read. */
export function parseFilter(filter: BsonValue, scope: FilterScope): FilterNode {
  const children: FilterNode[] = [];
  for (const { name, value } of elementsOf(filter)) {
    if (name.startsWith('$') && !DBREF_FIELDS.has(name)) parseTopLevel(name, value, children, scope);
    else children.push(...parseField(name, value, scope));
  }
  return { kind: 'and', children };
}

const DBREF_FIELDS = new Set(['$ref', '$id', '$db']);

function parseExpression(value: BsonValue, { expressions, variables }: FilterScope): FilterNode {
  if (expressions === 'nested') {
    throw storeErrors.BadValue('$expr can only be applied to the top-level document');
  }
  if (expressions === 'banned') {
    throw storeErrors.QueryFeatureNotAllowed('$expr is not allowed in this context');
  }
  return { kind: 'expression', matches: compileExpressionFilter(value, variables) };
}

function parseTopLevel(name: string, value: BsonValue, children: FilterNode[], scope: FilterScope): void {
  if (name === '$and' || name === '$or' || name === '$nor') {
    const kind = name === '$and' ? 'and' : name === '$or' ? 'or' : 'nor';
    children.push({ kind, children: parseClauses(name, value, scope) });
  } else if (name === '$expr') {
    children.push(parseExpression(value, scope));
  } else if (UNSUPPORTED.has(name)) {
    throw storeErrors.NotImplemented(`the query operator ${name} is not supported by this store`);
  } else if (name !== '$comment') {
    throw storeErrors.BadValue(
      `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, ` +
        'consider using $getField or $setField.',
    );
  }
}

function parseClauses(operator: string, value: BsonValue, scope: FilterScope): FilterNode[] {
  if (value.type !== BsonType.array) throw storeErrors.BadValue(`${operator} must be an array`);
  const clauses = valuesOf(value);
  if (clauses.length === 0) {
    throw storeErrors.BadValue(`${operator} must be a nonempty array`);
  }
  return clauses.map((clause) => {
    if (clause.type !== BsonType.object) {
      throw storeErrors.BadValue('$or/$and/$nor entries need to be full objects');
    }
    return parseFilter(clause, scope);
  });
}

function parseField(name: string, value: BsonValue, scope: FilterScope): FilterNode[] {
  const path = parseFieldPath(name);
  return parsePredicates(name, value, scope).map((predicate) => ({ kind: 'field', path, predicate }));
}

function parsePredicates(name: string, value: BsonValue, { expressions }: FilterScope): PathPredicate[] {
  if (isOperatorDocument(value)) {
    const below = expressions === 'allowed' ? NESTED : { expressions, variables: [] };
    return parseOperators(name, value, (filter) => parseFilter(filter, below));
  }
  if (value.type === BsonType.regex) {
    return [{ kind: 'test', test: regexTest(readRegex(value), value), traverseLeaf: true }];
  }
  if (value.type === BsonType.undefined) throw storeErrors.BadValue('cannot compare to undefined');
  const condition = { op: 'eq', values: [value] } as const;
  return [{ kind: 'test', test: comparisonTest('eq', value), traverseLeaf: true, condition }];
}
