import { documentValue } from '../bson/bson-reader.js';
import { CompiledFilter, type FieldCondition, type Filter } from './compiled-filter.js';
import { compileNode } from './filter-compiler.js';
import type { FilterNode } from './filter-node.js';
import { parseFilter } from './filter-parser.js';
import { compileFilterByShape } from './filter-shape.js';

export type { FieldCondition, Filter } from './compiled-filter.js';
export type { MatchSettings } from './path-matcher.js';

/**
 * `variables` are the names that the command's `let` defines.
 * @throws StoreError when the filter holds an operator or operand that is unknown or unsupported.
 */
export function compileFilter(filter: Uint8Array, variables: readonly string[] = []): Filter {
  return compileFilterByShape(documentValue(filter)) ?? compileAnyFilter(filter, variables);
}

/** As {@link compileFilter}, from nothing. */
export function compileAnyFilter(filter: Uint8Array, variables: readonly string[] = []): Filter {
  const root = parseFilter(documentValue(filter), { expressions: 'allowed', variables });
  return new CompiledFilter(root, conditionsOf(root), compileNode(root));
}

function conditionsOf(node: FilterNode): FieldCondition[] {
  if (node.kind === 'and') return node.children.flatMap((child) => conditionsOf(child));
  if (node.kind !== 'field' || node.predicate.kind !== 'test') return [];
  const { condition } = node.predicate;
  return condition === undefined ? [] : [{ path: node.path.text, ...condition }];
}
