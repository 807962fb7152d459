import { isNumber, toDouble } from '../../bson/bson-number.js';
import { elementsOf, payload, readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { documentOf } from '../../bson/document-builder.js';
import { locationError, storeErrors } from '../../store.errors.js';
import { compileFilter } from '../filter.js';
import { compileSort, type Sort } from '../sort.js';
import { countValue } from './accumulators.js';
import { MOST_STAGE_BYTES, type Emit, type Stage, type StageRun } from './stage.js';

/** `$match`: a filter. */
export function compileMatch(spec: BsonValue, variables: readonly string[]): Stage {
  if (spec.type !== BsonType.object) {
    throw locationError(15_959, 'the match filter must be an expression in an object');
  }
  const filter = compileFilter(payload(spec), variables);
  return {
    start: (settings) => ({
      push(document, emit) {
        if (filter.matches(payload(document), settings)) emit(document);
      },
    }),
  };
}

/** `$sort`: holds all documents, at most {@link MOST_STAGE_BYTES}. */
export function compileSortStage(spec: BsonValue): Stage {
  if (spec.type !== BsonType.object)
    throw locationError(15_973, 'the $sort key specification must be an object');
  if (elementsOf(spec).length === 0) {
    throw locationError(15_976, '$sort stage must have at least one sort key');
  }
  const sort = compileSort(payload(spec));
  return { start: () => new SortRun(sort) };
}

class SortRun implements StageRun {
  private readonly held: { key: Buffer; document: BsonValue }[] = [];
  private bytes = 0;

  constructor(private readonly sort: Sort) {}

  push(document: BsonValue): void {
    const key = this.sort.key(payload(document));
    this.held.push({ key, document });
    this.bytes += key.length + document.end - document.start;
    if (this.bytes > MOST_STAGE_BYTES) {
      throw storeErrors.QueryExceededMemoryLimitNoDiskUseAllowed(
        `Sort exceeded memory limit of ${MOST_STAGE_BYTES} bytes, but did not opt in to external sorting.`,
      );
    }
  }

  finish(emit: Emit): void {
    for (const { document } of this.held.toSorted((a, b) => Buffer.compare(a.key, b.key))) emit(document);
  }
}

/** `$limit`: a positive number. */
export function compileLimit(spec: BsonValue): Stage {
  const limit = wholeNumber(spec, 5_107_201, '$limit');
  if (limit === 0) throw locationError(15_958, 'the limit must be positive');
  return { start: () => new LimitRun(limit) };
}

class LimitRun implements StageRun {
  private passed = 0;

  constructor(private readonly limit: number) {}

  get isDone(): boolean {
    return this.passed >= this.limit;
  }

  push(document: BsonValue, emit: Emit): void {
    if (this.isDone) return;
    this.passed += 1;
    emit(document);
  }
}

/** `$skip`: a number that is not negative. */
export function compileSkip(spec: BsonValue): Stage {
  const skip = wholeNumber(spec, 5_107_200, '$skip');
  return {
    start: () => {
      let skipped = 0;
      return {
        push(document, emit) {
          if (skipped < skip) skipped += 1;
          else emit(document);
        },
      };
    },
  };
}

function wholeNumber(value: BsonValue, code: number, name: string): number {
  const number = isNumber(value) ? toDouble(value) : Number.NaN;
  if (!Number.isInteger(number) || number < 0) {
    throw locationError(code, `invalid argument to ${name} stage: Expected a non-negative number`);
  }
  return number;
}

/** `$count`: one document with the number, none for no documents. */
export function compileCount(spec: BsonValue): Stage {
  if (spec.type !== BsonType.string)
    throw locationError(40_156, 'the count field must be a non-empty string');
  const field = readString(spec);
  if (field === '') throw locationError(40_157, 'the count field must be a non-empty string');
  if (field.startsWith('$')) throw locationError(40_158, 'the count field cannot be a $-prefixed path');
  if (field.includes('\0')) throw locationError(40_159, 'the count field cannot contain a null byte');
  if (field.includes('.')) throw locationError(40_160, "the count field cannot contain '.'");
  return {
    start: () => {
      let count = 0;
      return {
        push() {
          count += 1;
        },
        finish(emit) {
          if (count > 0) emit(documentOf([[field, countValue(count)]]));
        },
      };
    },
  };
}

/** What `$sortByCount` stands for: `$group` by the expression and `$sort` by the count. */
export function sortByCountSpecs(spec: BsonValue): { group: BsonValue; sort: BsonValue } {
  const isPath = spec.type === BsonType.string && readString(spec).startsWith('$');
  const [first] = spec.type === BsonType.object ? elementsOf(spec) : [];
  if (!isPath && !first?.name.startsWith('$')) {
    throw locationError(
      spec.type === BsonType.object ? 40_147 : spec.type === BsonType.string ? 40_148 : 40_149,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
  }
  const one = documentOf([['$sum', countValue(1)]]);
  return {
    group: documentOf([
      ['_id', spec],
      ['count', one],
    ]),
    sort: documentOf([['count', countValue(-1)]]),
  };
}
