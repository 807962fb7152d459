import { documentValue } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { NO_VARIABLES } from './expression/expression.js';
import type { DocumentTest } from './filter-compiler.js';
import type { ConditionOperator, FilterNode } from './filter-node.js';
import { MatchRecord, type MatchSettings } from './path-matcher.js';

/** A predicate on one path that every matching document fulfils: what a planner may serve from an index. */
export interface FieldCondition {
  readonly path: string;
  readonly op: ConditionOperator;
  /**
   * One value, for `in` all of them, for `exists` (which is always "exists") none. Comparisons are MongoDB's: they match
   * only values of the operand's type (but for MinKey and MaxKey), null matches a missing field, and an array field
   * matches by any of its elements or as a whole.
   */
  readonly values: readonly BsonValue[];
}

export interface Filter {
  /** `settings` give `$expr` the command's `$$NOW` and `let`; without them it sees the present and no variables. */
  matches(doc: Uint8Array, settings?: MatchSettings): boolean;
  /**
   * The index of the array element that made the document match, for positional `$`; undefined when none did. When
   * several arrays are matched, that of the array at `arrayPath`, if given and matched, else of the last in the filter.
   */
  matchedIndex(doc: Uint8Array, arrayPath?: string, settings?: MatchSettings): number | undefined;
  /** Predicates AND-ed at the top level; the filter may hold others that are not listed. */
  readonly conditions: readonly FieldCondition[];
  /** The parsed filter, for the construction of upserts. */
  readonly root: FilterNode;
}

export class CompiledFilter implements Filter {
  constructor(
    readonly root: FilterNode,
    readonly conditions: readonly FieldCondition[],
    private readonly test: DocumentTest,
  ) {}

  matches(doc: Uint8Array, settings?: MatchSettings): boolean {
    return this.test(documentValue(doc), settings && new MatchRecord(settings));
  }

  matchedIndex(
    doc: Uint8Array,
    arrayPath?: string,
    settings: MatchSettings = { now: new Date(), variables: NO_VARIABLES },
  ): number | undefined {
    const record = new MatchRecord(settings);
    return this.test(documentValue(doc), record) ? record.indexFor(arrayPath) : undefined;
  }
}
