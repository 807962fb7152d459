import { documentValue } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { compileNode } from './filter-compiler.js';
import type { ConditionOperator, FilterNode } from './filter-node.js';
import { parseFilter } from './filter-parser.js';
import { NO_VARIABLES } from './expression/expression.js';
import { MatchRecord, type MatchSettings } from './path-matcher.js';

export type { MatchSettings };

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

/**
 * `variables` are the names that the command's `let` defines.
 * @throws StoreError when the filter holds an operator or operand that is unknown or unsupported.
 */
export function compileFilter(filter: Uint8Array, variables: readonly string[] = []): Filter {
  const root = parseFilter(documentValue(filter), { expressions: 'allowed', variables });
  const test = compileNode(root);
  return {
    root,
    conditions: conditionsOf(root),
    matches: (doc, settings) => test(documentValue(doc), settings && new MatchRecord(settings)),
    matchedIndex: (doc, arrayPath, settings = { now: new Date(), variables: NO_VARIABLES }) => {
      const record = new MatchRecord(settings);
      return test(documentValue(doc), record) ? record.indexFor(arrayPath) : undefined;
    },
  };
}

function conditionsOf(node: FilterNode): FieldCondition[] {
  if (node.kind === 'and') return node.children.flatMap((child) => conditionsOf(child));
  if (node.kind !== 'field' || node.predicate.kind !== 'test') return [];
  const { condition } = node.predicate;
  return condition === undefined ? [] : [{ path: node.path.text, ...condition }];
}
