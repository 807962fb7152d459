import type { FilterNode } from '../query/filter-node.js';

/** Whether a filter is nothing but conditions AND-ed together, so that its list of conditions says all it says. */
export function conditionsAreWhole(node: FilterNode): boolean {
  if (node.kind === 'and') return node.children.every((child) => conditionsAreWhole(child));
  return node.kind === 'field' && node.predicate.kind === 'test' && node.predicate.condition !== undefined;
}
