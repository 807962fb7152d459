import { documentValue, ElementCursor } from '../bson/bson-reader.js';
import { NO_VARIABLES } from './expression/expression.js';
import type { Filter } from './filter.js';
import type { FilterNode } from './filter-node.js';
import { locationError } from '../store.errors.js';
import type { MatchSettings } from './path-matcher.js';
import { ProjectionRun } from './projection/apply-projection.js';
import { parseProjection } from './projection/parse-projection.js';

export interface ProjectionContext {
  /** What the filter's `matchedIndex(doc, positionalArrayPath)` said, for `array.$`. */
  readonly matchedIndex?: number | undefined;
  /** `$$NOW` and the command's `let`, for computed fields; without them they see the present and no variables. */
  readonly settings?: MatchSettings;
}

export interface Projection {
  project(doc: Uint8Array, context?: ProjectionContext): Uint8Array;
  /** The array of a positional projection `array.$`; undefined when there is none. */
  readonly positionalArrayPath: string | undefined;
}

/**
 * Compiles the projection of a find: inclusion or exclusion, `$slice`, `$elemMatch`, `array.$`, computed fields.
 * Undefined for an empty specification: the document is answered as it is. `variables` are the names that the command's
 * `let` defines; `filter`, where given, must name the array of a positional projection (31277).
 */
export function compileProjection(
  spec: Uint8Array,
  variables: readonly string[] = [],
  filter?: Filter,
): Projection | undefined {
  const value = documentValue(spec);
  if (!ElementCursor.over(value).next()) return undefined;
  const { mode, tree, positionalArrayPath } = parseProjection(value, true, variables);
  if (positionalArrayPath !== undefined && filter !== undefined) {
    requireInFilter(positionalArrayPath, filter.root);
  }
  return {
    positionalArrayPath,
    project: (doc, { matchedIndex, settings = { now: new Date(), variables: NO_VARIABLES } } = {}) => {
      const root = documentValue(doc);
      return new ProjectionRun(mode, { root, ...settings }, matchedIndex).project(tree, root);
    },
  };
}

function requireInFilter(arrayPath: string, root: FilterNode): void {
  const [field = ''] = arrayPath.split('.');
  if (!names(root, field)) {
    throw locationError(31_277, `Positional projection '${arrayPath}.$' does not match the query document.`);
  }
}

function names(node: FilterNode, field: string): boolean {
  if (node.kind === 'field') return node.path.parts[0] === field;
  return node.kind !== 'expression' && node.children.some((child) => names(child, field));
}
