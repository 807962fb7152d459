import type { Index } from '../index/index.js';
import { MATCHES_MISSING } from '../index/partial-filter.js';
import type { FieldCondition, Filter } from '../query/filter.js';
import type { FilterNode } from '../query/filter-node.js';
import type { Sort } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import { storeErrors } from '../store.errors.js';
import { equalityValues, findBounds, isUsable, MOST_RANGES, type IndexBounds } from './index-bounds.js';
import { findKeyTests, type KeyTest } from './key-test.js';
import { combinations, toRanges, type ValueRange } from './key-range.js';
import { servesSort } from './sort-order.js';

/** How the candidates of a query are found; each is still tested by the whole filter. */
export type AccessPath =
  | { readonly kind: 'collection'; readonly reverse: boolean }
  | { readonly kind: 'keys'; readonly index: Index; readonly keys: readonly Buffer[] }
  | {
      readonly kind: 'ranges';
      readonly index: Index;
      readonly ranges: readonly ValueRange[];
      readonly reverse: boolean;
      /** Conditions on further fields of the index, tested on its keys before a document is read. */
      readonly keyTests: readonly KeyTest[];
      /** What the ranges were made of. */
      readonly bounds: IndexBounds;
    }
  /** One path for each clause of an `$or`; a document that several of them find is found once. */
  | { readonly kind: 'union'; readonly paths: readonly AccessPath[] };

export interface Plan {
  readonly access: AccessPath;
  /** Candidates come in another order than asked for: the matches must be sorted. */
  readonly mustSort: boolean;
}

/** The index to use, or `natural` for the order of insertion (1) or its reverse (-1). */
export type Hint = IndexHint | { readonly natural: 1 | -1 };

export interface IndexHint {
  readonly index: Index;
  /** Keys of the index between which to look: a query's `min` (inclusive) and `max` (exclusive). */
  readonly between?: { readonly start: Buffer; readonly end: Buffer } | undefined;
}

interface Candidate {
  readonly index: Index;
  readonly bounds: IndexBounds;
  readonly order: 'forward' | 'reverse' | undefined;
  readonly score: number;
}

const EQUALITY_SCORE = 10;
const INTERVAL_SCORE = 6;
const SORT_SCORE = 8;
const UNIQUE_KEY_SCORE = 1_000;

export function planQuery(
  collection: Collection,
  filter: Filter,
  sort: Sort | undefined,
  hint: Hint | undefined,
): Plan {
  const { conditions } = filter;
  if (hint && 'natural' in hint) {
    return scanPlan(collection, hint.natural === -1, sort);
  }
  if (hint?.between) return planBetween(hint, hint.between, conditions, sort);
  if (hint) return toPlan(hinted(hint.index, conditions, sort), conditions, sort);
  const byId = planById(collection, conditions, sort);
  if (byId) return byId;
  let best: Candidate | undefined;
  for (const index of collection.indexes) {
    if (!answers(index, conditions)) continue;
    const candidate = examine(index, conditions, sort);
    if (candidate.score > (best?.score ?? 0)) best = candidate;
  }
  if (best && best.bounds.equal.length + (best.bounds.interval ? 1 : 0) > 0)
    return toPlan(best, conditions, sort);
  const union = planUnion(collection, filter);
  if (union) return { access: union, mustSort: sort !== undefined };
  if (best) return toPlan(best, conditions, sort);
  return scanPlan(collection, false, sort);
}

/** All documents: in the order of insertion, those of a clustered collection in the order of their `_id`. */
function scanPlan({ idIndex, rules }: Collection, reverse: boolean, sort: Sort | undefined): Plan {
  const mustSort = sort !== undefined;
  if (rules.clusteredName === undefined) return { access: { kind: 'collection', reverse }, mustSort };
  const bounds = { equal: [], interval: undefined };
  const ranges = toRanges(idIndex, bounds);
  return { access: { kind: 'ranges', index: idIndex, ranges, reverse, keyTests: [], bounds }, mustSort };
}

/** The keys between a query's `min` and `max`. */
function planBetween(
  { index }: IndexHint,
  between: { readonly start: Buffer; readonly end: Buffer },
  conditions: readonly FieldCondition[],
  sort: Sort | undefined,
): Plan {
  requireCovered(index, conditions);
  const bounds = { equal: [], interval: undefined };
  const order = sort && servesSort(index, bounds, sort.fields);
  const ranges = [{ ...between, isExact: true }];
  return {
    access: { kind: 'ranges', index, ranges, reverse: order === 'reverse', keyTests: [], bounds },
    mustSort: sort !== undefined && order === undefined,
  };
}

/** No other index finds less than the documents of an `_id`, or of a list of them. */
function planById(
  { idIndex }: Collection,
  conditions: readonly FieldCondition[],
  sort: Sort | undefined,
): Plan | undefined {
  const usable = conditions.filter((condition) => condition.path === '_id' && isUsable(condition));
  const values = equalityValues(usable);
  if (!values || values.length > MOST_RANGES) return undefined;
  const keys = values.length === 1 ? [idIndex.keyOf(values)] : keysOf(idIndex, [values]);
  return {
    access: { kind: 'keys', index: idIndex, keys },
    mustSort: sort !== undefined && keys.length > 1,
  };
}

/** An `$or` of which every clause, with what is AND-ed to it, has bounds in some index. */
function planUnion(collection: Collection, filter: Filter): AccessPath | undefined {
  const { root } = filter;
  const alternatives = root.kind === 'and' ? root.children.find(({ kind }) => kind === 'or') : root;
  if (alternatives?.kind !== 'or') return undefined;
  const paths: AccessPath[] = [];
  for (const clause of alternatives.children) {
    const best = bestBounds(collection, [...filter.conditions, ...clauseConditions(clause)]);
    if (!best) return undefined;
    paths.push(best);
  }
  return { kind: 'union', paths };
}

/** What is AND-ed within one clause of an `$or`. */
function clauseConditions(clause: FilterNode): FieldCondition[] {
  if (clause.kind === 'and') return clause.children.flatMap((child) => clauseConditions(child));
  if (clause.kind !== 'field' || clause.predicate.kind !== 'test') return [];
  const { condition } = clause.predicate;
  return condition ? [{ path: clause.path.text, ...condition }] : [];
}

function bestBounds(collection: Collection, conditions: readonly FieldCondition[]): AccessPath | undefined {
  let best: Candidate | undefined;
  for (const index of collection.indexes) {
    if (!answers(index, conditions)) continue;
    const candidate = examine(index, conditions, undefined);
    if (candidate.score > (best?.score ?? 0)) best = candidate;
  }
  return best && toPlan(best, conditions, undefined).access;
}

function hinted(index: Index, conditions: readonly FieldCondition[], sort: Sort | undefined): Candidate {
  requireCovered(index, conditions);
  return examine(index, conditions, sort);
}

/** @throws StoreError NoQueryExecutionPlans (291) when a partial index may lack what the query asks for. */
function requireCovered(index: Index, conditions: readonly FieldCondition[]): void {
  if (index.partial && !index.partial.isImpliedBy(conditions)) {
    throw storeErrors.NoQueryExecutionPlans(
      'error processing query: planner returned error :: caused by :: hinted partial index does not cover the query',
    );
  }
}

/** Whether every document that can match is in the index. */
function answers(index: Index, conditions: readonly FieldCondition[]): boolean {
  if (!index.ready || index.spec.hidden) return false;
  if (index.partial && !index.partial.isImpliedBy(conditions)) return false;
  return !index.spec.sparse || conditions.some((condition) => proves(condition, index));
}

/** Whether the condition holds only for documents that have one of the index's fields. */
function proves(condition: FieldCondition, index: Index): boolean {
  if (!index.spec.fields.some((field) => field.path === condition.path)) return false;
  if (condition.op === 'exists') return true;
  return condition.values.every(({ type }) => !MATCHES_MISSING.has(type));
}

function examine(index: Index, conditions: readonly FieldCondition[], sort: Sort | undefined): Candidate {
  const bounds = findBounds(index, conditions);
  const order = sort && servesSort(index, bounds, sort.fields);
  return { index, bounds, order, score: scoreOf(index, bounds, order !== undefined) };
}

function scoreOf(index: Index, bounds: IndexBounds, sorted: boolean): number {
  const whole = bounds.equal.length === index.paths.length;
  return (
    bounds.equal.length * EQUALITY_SCORE +
    (bounds.interval ? INTERVAL_SCORE : 0) +
    (sorted ? SORT_SCORE : 0) +
    (whole && index.spec.unique ? UNIQUE_KEY_SCORE : 0)
  );
}

function toPlan(candidate: Candidate, conditions: readonly FieldCondition[], sort: Sort | undefined): Plan {
  const { index, bounds, order } = candidate;
  const mustSort = sort !== undefined && order === undefined;
  if (isWholeUniqueKey(candidate)) {
    return { access: { kind: 'keys', index, keys: keysOf(index, bounds.equal) }, mustSort };
  }
  const ranges = toRanges(index, bounds);
  const keyTests = findKeyTests(index, bounds, conditions);
  return {
    access: { kind: 'ranges', index, ranges, reverse: order === 'reverse', keyTests, bounds },
    mustSort,
  };
}

/** All fields of a unique index are equal to something: at most one document for each choice of values. */
function isWholeUniqueKey({ index, bounds }: Candidate): boolean {
  return index.spec.unique && bounds.equal.length === index.paths.length;
}

/** The distinct keys of the values asked for, ascending, as the index keeps them: long ones hashed. */
function keysOf(index: Index, equal: IndexBounds['equal']): Buffer[] {
  const keys = combinations(equal).map((values) => index.keyOf(values));
  if (keys.length === 1) return keys;
  const sorted = keys.toSorted((a, b) => Buffer.compare(a, b));
  return sorted.filter((key, at) => at === 0 || !key.equals(sorted[at - 1]!));
}
