import { fromBson } from '../bson/bson-convert.js';
import { elementsOf, getField, getPath, payload } from '../bson/bson-reader.js';
import { typeAlias, type BsonValue } from '../bson/bson-value.js';
import { documentOf } from '../bson/document-builder.js';
import { compileAnyFilter } from '../query/filter.js';
import { isOperatorDocument } from '../query/filter-operators.js';
import { storeErrors, type StoreError } from '../store.errors.js';
import type { Validator } from './collection-rules.js';

/** One condition of a validator, as a filter of its own. */
interface Clause {
  readonly operator: string;
  readonly path: string | undefined;
  readonly spec: BsonValue;
}

/** Operators whose failure is told without the words of a comparison. */
const REASONS: Readonly<Record<string, string>> = {
  $type: 'type did not match',
  $exists: 'path does not exist',
  $in: 'no matching value found in array',
  $regex: 'regular expression did not match',
  $size: 'array length was not equal to given size',
};

/** Error 121, with the conditions that a document does not fulfil. */
export function validationFailure({ spec }: Validator, document: Uint8Array): StoreError {
  const id = getField(document, '_id');
  return storeErrors.DocumentValidationFailure('Document failed validation', {
    errInfo: {
      failingDocumentId: id && fromBson(id),
      details: describe(clausesOf(spec), document),
    },
  });
}

function describe(clauses: readonly Clause[], document: Uint8Array): Record<string, unknown> {
  const failing = clauses
    .map((clause, index) => ({ clause, index }))
    .filter(({ clause }) => !compileAnyFilter(payload(clause.spec)).matches(document));
  const [first] = failing;
  if (clauses.length === 1 && first) return describeClause(first.clause, document);
  return {
    operatorName: '$and',
    clausesNotSatisfied: failing.map(({ clause, index }) => ({
      index,
      details: describeClause(clause, document),
    })),
  };
}

function describeClause({ operator, path, spec }: Clause, document: Uint8Array): Record<string, unknown> {
  const told = { operatorName: operator, specifiedAs: fromBson(spec) };
  if (path === undefined) return told;
  const value = getPath(document, path);
  if (value === undefined && operator !== '$exists') return { ...told, reason: 'field was missing' };
  return {
    ...told,
    reason: REASONS[operator] ?? 'comparison failed',
    ...(value && { consideredValue: fromBson(value) }),
    ...(value && operator === '$type' && { consideredType: typeAlias(value.type) }),
  };
}

/** The conditions AND-ed at the top of a filter; `$options` stays with its `$regex`. */
function clausesOf(filter: BsonValue): Clause[] {
  return elementsOf(filter).flatMap(({ name, value }): Clause[] => {
    if (name.startsWith('$')) return [{ operator: name, path: undefined, spec: documentOf([[name, value]]) }];
    if (!isOperatorDocument(value)) {
      return [{ operator: '$eq', path: name, spec: documentOf([[name, value]]) }];
    }
    const operators = elementsOf(value);
    const flags = operators.filter((operator) => operator.name === '$options');
    return operators
      .filter((operator) => operator.name !== '$options')
      .map((operator) => {
        const own = operator.name === '$regex' ? [operator, ...flags] : [operator];
        const fields = documentOf(own.map((each) => [each.name, each.value] as const));
        return { operator: operator.name, path: name, spec: documentOf([[name, fields]]) };
      });
  });
}
