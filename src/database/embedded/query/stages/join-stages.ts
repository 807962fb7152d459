import { elementsOf, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { NULL_VALUE } from '../../bson/bson-convert.js';
import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { eachIndexKey } from '../../index/index-keys.js';
import { parseGraphLookup } from './graph-lookup-stage.js';
import { parsePipeline } from './parse-pipeline.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import type { Expression } from '../expression/expression.js';
import { parseFieldPath, type FieldPath } from '../field-path.js';
import { parseCheckedPath } from '../path-validation.js';

/** `$lookup`, taken apart. */
export interface Lookup {
  readonly from: string;
  readonly as: readonly string[];
  /** The stages that find what is joined to a document: what its fields ask for, then the stage's own pipeline. */
  stagesFor(document: BsonValue): BsonValue[];
  /** Values of the stage's `let`, by name. */
  readonly variables: readonly (readonly [string, Expression])[];
  readonly pipeline: readonly BsonValue[];
}

/** `$unionWith`, taken apart. */
export interface Union {
  readonly from: string;
  readonly pipeline: readonly BsonValue[];
}

/** Stages that read another collection. */
export const JOIN_STAGES: ReadonlySet<string> = new Set(['$graphLookup', '$lookup', '$unionWith']);

const LOOKUP_TEXTS = new Set(['from', 'as', 'localField', 'foreignField']);

/** The collections that a stage reads, those of its own pipeline included. */
export function joinedCollections(stage: string, spec: BsonValue): string[] {
  if (stage === '$graphLookup') return [parseGraphLookup(spec, []).from];
  const { from, pipeline } = stage === '$unionWith' ? parseUnion(spec) : parseLookup(spec, []);
  const inner = parsePipeline(pipeline).filter(({ name }) => JOIN_STAGES.has(name));
  return [from, ...inner.flatMap(({ name, spec: own }) => joinedCollections(name, own))];
}

/** @throws StoreError FailedToParse (9) and its kin. */
export function parseLookup(spec: BsonValue, variables: readonly string[]): Lookup {
  if (spec.type !== BsonType.object) {
    throw storeErrors.FailedToParse('the $lookup specification must be an Object');
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  const texts = new Map<string, string>();
  for (const [name, value] of given) {
    if (LOOKUP_TEXTS.has(name)) texts.set(name, textOf(name, value));
    else if (name !== 'let' && name !== 'pipeline') {
      throw storeErrors.FailedToParse(`unknown argument to $lookup: ${name}`);
    }
  }
  const [from, as, local, foreign] = ['from', 'as', 'localField', 'foreignField'].map((name) =>
    texts.get(name),
  );
  if (as === undefined) throw storeErrors.FailedToParse("must specify 'as' field for a $lookup");
  if (from === undefined) throw storeErrors.FailedToParse("must specify 'from' field for a $lookup");
  if (!given.has('pipeline') && given.has('let')) {
    throw storeErrors.FailedToParse("$lookup with a 'let' argument must also specify 'pipeline'");
  }
  if ((local === undefined) !== (foreign === undefined) || (!given.has('pipeline') && local === undefined)) {
    throw storeErrors.FailedToParse(
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified, and 'pipeline' without them",
    );
  }
  const pipeline = stagesOf(given.get('pipeline'));
  const matchFor = local === undefined || foreign === undefined ? undefined : joinBy(local, foreign);
  return {
    from,
    as: parseCheckedPath(as),
    pipeline,
    variables: parseLet(given.get('let'), variables),
    stagesFor: (document) => (matchFor ? [matchFor(document), ...pipeline] : [...pipeline]),
  };
}

/** @throws StoreError FailedToParse (9), 40415 and their kin. */
export function parseUnion(spec: BsonValue): Union {
  if (spec.type === BsonType.string) return { from: readString(spec), pipeline: [] };
  if (spec.type !== BsonType.object) {
    throw storeErrors.FailedToParse('the $unionWith stage specification must be an object or string');
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  for (const name of given.keys()) {
    if (name !== 'coll' && name !== 'pipeline') {
      throw locationError(40_415, `BSON field '$unionWith.${name}' is an unknown field.`);
    }
  }
  const from = given.get('coll');
  if (from?.type !== BsonType.string) {
    throw storeErrors.FailedToParse(
      '$unionWith must name a collection: its pipeline cannot begin with $documents',
    );
  }
  return { from: readString(from), pipeline: stagesOf(given.get('pipeline')) };
}

function textOf(name: string, value: BsonValue): string {
  if (name === 'from' && value.type === BsonType.object) {
    throw storeErrors.NotImplemented('$lookup from another database is not supported by this store');
  }
  if (value.type !== BsonType.string) {
    throw storeErrors.FailedToParse(`$lookup argument '${name}' must be a string`);
  }
  return readString(value);
}

function stagesOf(value: BsonValue | undefined): BsonValue[] {
  if (value === undefined) return [];
  if (value.type !== BsonType.array) {
    throw storeErrors.TypeMismatch("'pipeline' option must be specified as an array");
  }
  return valuesOf(value);
}

function parseLet(value: BsonValue | undefined, variables: readonly string[]): [string, Expression][] {
  if (value === undefined) return [];
  if (value.type !== BsonType.object) {
    throw storeErrors.FailedToParse("$lookup argument 'let' must be an object");
  }
  return elementsOf(value).map(({ name, value: operand }) => {
    if (!/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name)) {
      throw locationError(16_867, `'${name}' starts with an invalid character for a user variable name`);
    }
    return [name, compileExpression(operand, variables)];
  });
}

/**
 * The `$match` for one document: the foreign field equals one of the values of the local one. No value, or an empty
 * array, asks for null, as a missing field does.
 */
function joinBy(local: string, foreign: string): (document: BsonValue) => BsonValue {
  const path = parseFieldPath(parseCheckedPath(local).join('.'));
  parseCheckedPath(foreign);
  return (document) => {
    const values: BsonValue[] = [];
    eachValueAt(path, document, (value) => values.push(value));
    if (values.length === 0) values.push(NULL_VALUE);
    return matchAny(foreign, values);
  };
}

/** The values at a path, elements of arrays one by one; none for what is missing or empty. */
export function eachValueAt(path: FieldPath, document: BsonValue, visit: (value: BsonValue) => void): void {
  eachIndexKey(
    [path],
    document,
    ([value]) => {
      if (value !== undefined && value.type !== BsonType.undefined) visit(value);
    },
    () => undefined,
  );
}

/** The `$match` for documents of which a field equals one of these values. */
export function matchAny(foreign: string, values: readonly BsonValue[]): BsonValue {
  // A pattern inside `$in` would be matched, not compared with.
  const condition = values.some(({ type }) => type === BsonType.regex)
    ? documentOf([['$or', arrayOf(values.map((value) => equals(foreign, value)))]])
    : documentOf([[foreign, documentOf([['$in', arrayOf(values)]])]]);
  return documentOf([['$match', condition]]);
}

function equals(path: string, value: BsonValue): BsonValue {
  return documentOf([[path, documentOf([['$eq', value]])]]);
}
