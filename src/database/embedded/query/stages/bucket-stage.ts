import { int32Value } from '../../bson/bson-convert.js';
import { elementsOf, readString, valuesOf } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { compareValues, typeRank } from '../../bson/compare.js';
import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';

interface BucketSpec {
  groupBy: BsonValue;
  boundaries: BsonValue[];
  otherwise: BsonValue | undefined;
  output: BsonValue;
}

/** What `$bucket` stands for: `$group` by the lower boundary of the bucket, and `$sort` by it. */
export function bucketSpecs(spec: BsonValue): { group: BsonValue; sort: BsonValue } {
  const { groupBy, boundaries, otherwise, output } = parseBucket(spec);
  const branches = boundaries.slice(0, -1).map((low, index) =>
    documentOf([
      [
        'case',
        documentOf([
          ['$and', arrayOf([bound('$gte', groupBy, low), bound('$lt', groupBy, boundaries[index + 1]!)])],
        ]),
      ],
      ['then', literal(low)],
    ]),
  );
  const fields: [string, BsonValue][] = [['branches', arrayOf(branches)]];
  if (otherwise !== undefined) fields.push(['default', literal(otherwise)]);
  const id = documentOf([['$switch', documentOf(fields)]]);
  return {
    group: documentOf([['_id', id], ...elementsOf(output).map(({ name, value }) => [name, value] as const)]),
    sort: documentOf([['_id', int32Value(1)]]),
  };
}

function bound(operator: string, groupBy: BsonValue, boundary: BsonValue): BsonValue {
  return documentOf([[operator, arrayOf([groupBy, literal(boundary)])]]);
}

function literal(value: BsonValue): BsonValue {
  return documentOf([['$literal', value]]);
}

/** The output of buckets that ask for none. */
export const COUNT_OUTPUT = documentOf([['count', documentOf([['$sum', int32Value(1)]])]]);

function parseBucket(spec: BsonValue): BucketSpec {
  if (spec.type !== BsonType.object) {
    throw locationError(
      40_201,
      `Argument to $bucket stage must be an object, but found type: ${typeAlias(spec.type)}`,
    );
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  for (const name of given.keys()) {
    if (!['groupBy', 'boundaries', 'default', 'output'].includes(name)) {
      throw locationError(40_197, `Unrecognized option to $bucket: ${name}.`);
    }
  }
  const groupBy = given.get('groupBy');
  const boundaries = given.get('boundaries');
  if (groupBy === undefined || boundaries === undefined) {
    throw locationError(40_198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  }
  requireExpression(groupBy);
  const output = given.get('output') ?? COUNT_OUTPUT;
  if (output.type !== BsonType.object) {
    throw locationError(
      40_196,
      `The $bucket 'output' field must be an object, but found type: ${typeAlias(output.type)}.`,
    );
  }
  const values = parseBoundaries(boundaries);
  const otherwise = given.get('default');
  if (otherwise !== undefined) requireOutside(otherwise, values);
  return { groupBy, boundaries: values, otherwise, output };
}

/** A path, or an operator with its operand. */
export function isExpression(value: BsonValue): boolean {
  const [first] = value.type === BsonType.object ? elementsOf(value) : [];
  return isPath(value) || first?.name.startsWith('$') === true;
}

function requireExpression(groupBy: BsonValue): void {
  if (!isExpression(groupBy)) {
    throw locationError(
      40_202,
      "The $bucket 'groupBy' field must be defined as a $-prefixed path or an expression.",
    );
  }
}

function parseBoundaries(boundaries: BsonValue): BsonValue[] {
  if (boundaries.type !== BsonType.array) {
    throw locationError(
      40_200,
      `The $bucket 'boundaries' field must be an array, but found type: ${typeAlias(boundaries.type)}.`,
    );
  }
  const values = valuesOf(boundaries);
  if (values.length < 2) {
    throw locationError(
      40_192,
      `The $bucket 'boundaries' field must have at least 2 values, but found ${values.length}.`,
    );
  }
  for (const [index, value] of values.entries()) {
    if (value.type === BsonType.object || value.type === BsonType.array || isPath(value)) {
      throw locationError(40_191, "The $bucket 'boundaries' field must be an array of constant values.");
    }
    const before = values[index - 1];
    if (before === undefined) continue;
    if (typeRank(before.type) !== typeRank(value.type)) {
      throw locationError(
        40_193,
        "All values in the 'boundaries' option to $bucket must have the same type.",
      );
    }
    if (compareValues(before, value) >= 0) {
      throw locationError(
        40_194,
        "The 'boundaries' option to $bucket must be sorted in ascending order, without repeats.",
      );
    }
  }
  return values;
}

function isPath(value: BsonValue): boolean {
  return value.type === BsonType.string && readString(value).startsWith('$');
}

function requireOutside(otherwise: BsonValue, boundaries: readonly BsonValue[]): void {
  if (otherwise.type === BsonType.object || isPath(otherwise)) {
    throw locationError(40_195, "The $bucket 'default' field must be a constant.");
  }
  const isInside =
    compareValues(otherwise, boundaries[0]!) >= 0 && compareValues(otherwise, boundaries.at(-1)!) < 0;
  if (isInside) {
    throw locationError(
      40_199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    );
  }
}
