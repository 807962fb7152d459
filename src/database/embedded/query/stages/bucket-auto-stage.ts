import { NULL_VALUE } from '../../bson/bson-convert.js';
import { isNumber, toDouble, toExactInteger } from '../../bson/bson-number.js';
import { elementsOf } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { documentOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileExpression } from '../expression/compile-expression.js';
import type { Expression } from '../expression/expression.js';
import { COUNT_OUTPUT, isExpression } from './bucket-stage.js';
import { beginGroup, parseGroupField, type GroupField } from './group-fields.js';
import { MOST_STAGE_BYTES, type Emit, type Stage, type StageRun, type StageSettings } from './stage.js';

interface BucketAuto {
  readonly groupBy: Expression;
  readonly buckets: number;
  readonly fields: readonly GroupField[];
}

/** `$bucketAuto`: so many buckets of about as many documents each. */
export function compileBucketAuto(spec: BsonValue, variables: readonly string[]): Stage {
  const bucketAuto = parseBucketAuto(spec, variables);
  return { start: (settings) => new BucketAutoRun(bucketAuto, settings) };
}

function parseBucketAuto(spec: BsonValue, variables: readonly string[]): BucketAuto {
  if (spec.type !== BsonType.object) {
    throw locationError(
      40_240,
      `The argument to $bucketAuto must be an object, but found type: ${typeAlias(spec.type)}.`,
    );
  }
  const given = new Map(elementsOf(spec).map(({ name, value }) => [name, value]));
  for (const name of given.keys()) {
    if (!['groupBy', 'buckets', 'output', 'granularity'].includes(name)) {
      throw locationError(40_245, `Unrecognized option to $bucketAuto: ${name}.`);
    }
  }
  if (given.has('granularity')) {
    throw storeErrors.NotImplemented("the 'granularity' of $bucketAuto is not supported by this store");
  }
  const groupBy = given.get('groupBy');
  const buckets = given.get('buckets');
  if (groupBy === undefined || buckets === undefined) {
    throw locationError(40_246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.");
  }
  if (!isExpression(groupBy)) {
    throw locationError(
      40_239,
      "The $bucketAuto 'groupBy' field must be defined as a $-prefixed path or an expression object.",
    );
  }
  const output = given.get('output') ?? COUNT_OUTPUT;
  if (output.type !== BsonType.object) {
    throw locationError(
      40_244,
      `The $bucketAuto 'output' field must be an object, but found type: ${typeAlias(output.type)}.`,
    );
  }
  return {
    groupBy: compileExpression(groupBy, variables),
    buckets: parseBuckets(buckets),
    fields: elementsOf(output).map(({ name, value }) => parseGroupField(name, value, variables)),
  };
}

function parseBuckets(value: BsonValue): number {
  if (!isNumber(value)) {
    throw locationError(
      40_241,
      `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeAlias(value.type)}.`,
    );
  }
  const exact = toExactInteger(value);
  if (exact === undefined || exact >= 2n ** 31n || exact < -(2n ** 31n)) {
    throw locationError(
      40_242,
      `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${toDouble(value)}`,
    );
  }
  if (exact <= 0n) {
    throw locationError(
      40_243,
      `The $bucketAuto 'buckets' field must be greater than 0, but found: ${exact}.`,
    );
  }
  return Number(exact);
}

interface Held {
  readonly value: BsonValue;
  readonly document: BsonValue;
}

/** Holds all documents, at most {@link MOST_STAGE_BYTES}. */
class BucketAutoRun implements StageRun {
  private readonly held: Held[] = [];
  private bytes = 0;

  constructor(
    private readonly spec: BucketAuto,
    private readonly settings: StageSettings,
  ) {}

  push(document: BsonValue): void {
    const value = this.spec.groupBy({ root: document, ...this.settings }) ?? NULL_VALUE;
    this.held.push({ value, document });
    this.bytes += document.end - document.start + value.end - value.start;
    if (this.bytes > MOST_STAGE_BYTES) {
      throw storeErrors.QueryExceededMemoryLimitNoDiskUseAllowed(
        `$bucketAuto exceeded memory limit of ${MOST_STAGE_BYTES} bytes`,
      );
    }
  }

  finish(emit: Emit): void {
    const sorted = this.held.toSorted((a, b) => compareValues(a.value, b.value));
    const size = Math.max(1, Math.round(sorted.length / this.spec.buckets));
    let from = 0;
    for (let bucket = 1; from < sorted.length; bucket += 1) {
      const to = bucket === this.spec.buckets ? sorted.length : endOf(sorted, from + size);
      emit(this.describe(sorted, from, to));
      from = to;
    }
  }

  /** A bucket ends where the next begins; only the last holds its greatest value. */
  private describe(sorted: readonly Held[], from: number, to: number): BsonValue {
    const min = sorted[from]!.value;
    const max = (sorted[to] ?? sorted[to - 1]!).value;
    const { fields } = this.spec;
    const id = documentOf([
      ['min', min],
      ['max', max],
    ]);
    const accumulators = beginGroup(fields, id, this.settings);
    for (const { document } of sorted.slice(from, to)) {
      const context = { root: document, ...this.settings };
      for (const [at, accumulator] of accumulators.entries()) {
        accumulator.add(fields[at]!.input(context), context);
      }
    }
    return documentOf([
      ['_id', id],
      ...accumulators.map((accumulator, at) => [fields[at]!.name, accumulator.result()] as const),
    ]);
  }
}

/** Documents of one value stay in one bucket. */
function endOf(sorted: readonly Held[], end: number): number {
  let to = Math.min(end, sorted.length);
  while (to < sorted.length && compareValues(sorted[to]!.value, sorted[to - 1]!.value) === 0) to += 1;
  return to;
}
