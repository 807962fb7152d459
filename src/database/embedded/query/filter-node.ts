import type { BsonValue } from '../bson/bson-value.js';
import type { FieldPath } from './field-path.js';
import type { ElementTest, MatchSettings } from './path-matcher.js';

/** A test of the values a path leads to, or the negation of several such tests taken together. */
export type PathPredicate =
  | {
      readonly kind: 'test';
      readonly test: ElementTest;
      /** Whether an array at the end of the path offers its elements too. */
      readonly traverseLeaf: boolean;
      /** What a planner may know of this predicate. */
      readonly condition?: { readonly op: ConditionOperator; readonly values: readonly BsonValue[] };
    }
  | { readonly kind: 'not'; readonly all: readonly PathPredicate[] };

export type ConditionOperator = 'eq' | 'in' | 'gt' | 'gte' | 'lt' | 'lte' | 'exists';

export type FilterNode =
  | { readonly kind: 'field'; readonly path: FieldPath; readonly predicate: PathPredicate }
  | { readonly kind: 'and' | 'or' | 'nor'; readonly children: readonly FilterNode[] }
  | {
      readonly kind: 'expression';
      readonly matches: (document: BsonValue, settings?: MatchSettings) => boolean;
    };
