import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { elementsOf, payload, readString } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { documentOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import type { Expression } from '../expression/expression.js';
import { compileFilter } from '../filter.js';
import { parseCheckedPath } from '../path-validation.js';

/** `$graphLookup`, taken apart. */
export interface GraphLookup {
  readonly from: string;
  readonly startWith: Expression;
  readonly connectFrom: string;
  readonly connectTo: string;
  readonly as: readonly string[];
  readonly maxDepth: number;
  readonly depthField: readonly string[] | undefined;
  /** A `$match` that all documents found must pass. */
  readonly restriction: BsonValue | undefined;
}

const TEXTS = ['from', 'as', 'connectFromField', 'connectToField', 'depthField'];
const OTHERS = new Set(['startWith', 'maxDepth', 'restrictSearchWithMatch']);

/** @throws StoreError 40103, 40104, 40105 and their kin. */
export function parseGraphLookup(spec: BsonValue, variables: readonly string[]): GraphLookup {
  if (spec.type !== BsonType.object) {
    throw storeErrors.FailedToParse(
      `the $graphLookup stage specification must be an object, but found ${typeAlias(spec.type)}`,
    );
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  const texts = new Map<string, string>();
  for (const [name, value] of given) {
    if (TEXTS.includes(name)) texts.set(name, textOf(name, value));
    else if (!OTHERS.has(name)) throw locationError(40_104, `Unknown argument to $graphLookup: ${name}`);
  }
  const [from, as, connectFrom, connectTo] = TEXTS.map((name) => texts.get(name));
  const startWith = given.get('startWith');
  if (
    from === undefined ||
    as === undefined ||
    !startWith ||
    connectFrom === undefined ||
    connectTo === undefined
  ) {
    throw locationError(
      40_105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    );
  }
  const depthField = texts.get('depthField');
  return {
    from,
    startWith: compileExpression(startWith, variables),
    connectFrom: parseCheckedPath(connectFrom).join('.'),
    connectTo: parseCheckedPath(connectTo).join('.'),
    as: parseCheckedPath(as),
    maxDepth: parseDepth(given.get('maxDepth')),
    depthField: depthField === undefined ? undefined : parseCheckedPath(depthField),
    restriction: parseRestriction(given.get('restrictSearchWithMatch'), variables),
  };
}

function textOf(name: string, value: BsonValue): string {
  if (name === 'from' && value.type === BsonType.object) {
    throw storeErrors.NotImplemented('$graphLookup from another database is not supported by this store');
  }
  if (value.type === BsonType.string) return readString(value);
  throw locationError(
    name === 'from' ? 9 : 40_103,
    `expected string as argument for ${name}, found: ${typeAlias(value.type)}`,
  );
}

function parseDepth(value: BsonValue | undefined): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (!isNumber(value)) {
    throw locationError(40_100, `maxDepth requires numeric argument, found type: ${typeAlias(value.type)}`);
  }
  const depth = toDouble(value);
  if (!(depth >= 0)) {
    throw locationError(40_101, `maxDepth requires a nonnegative argument, found: ${depth}`);
  }
  if (toExactInteger(value) === undefined) {
    throw locationError(40_102, `maxDepth could not be represented as a long long: ${depth}`);
  }
  return depth;
}

function parseRestriction(value: BsonValue | undefined, variables: readonly string[]): BsonValue | undefined {
  if (value === undefined) return undefined;
  if (value.type !== BsonType.object) {
    throw locationError(40_185, `restrictSearchWithMatch must be an object, found: ${typeAlias(value.type)}`);
  }
  compileFilter(payload(value), variables);
  return documentOf([['$match', value]]);
}
