import { encodeName } from '../../bson/bson-reader.js';
import { locationError } from '../../store.errors.js';
import type { Expression } from '../expression/expression.js';

/** What a projection does with one field. */
export type FieldAction =
  | { readonly kind: 'keep' }
  | { readonly kind: 'drop' }
  /** `$slice`: part of an array; another value stays. */
  | { readonly kind: 'slice'; readonly skip: number | undefined; readonly limit: number }
  | { readonly kind: 'compute'; readonly expression: Expression }
  | { readonly kind: 'nested'; readonly tree: ProjectionTree };

export interface ProjectedField {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly action: FieldAction;
  /** True on the way to the array of a positional projection. */
  readonly positional: boolean;
}

export interface ProjectionTree {
  readonly fields: readonly ProjectedField[];
  /** True when something below is computed, so that the field exists even where the document has none. */
  readonly computes: boolean;
}

interface Draft {
  action?: FieldAction;
  positional: boolean;
  readonly children: Map<string, Draft>;
}

/** Collects the fields of a projection by path and refuses paths that collide. */
export class ProjectionTreeBuilder {
  private readonly root: Draft = { children: new Map(), positional: false };

  add(parts: readonly string[], action: FieldAction, positional = false): void {
    let draft = this.root;
    for (const [depth, part] of parts.entries()) {
      if (draft.action !== undefined) throw collision(parts, parts.slice(depth));
      const next = draft.children.get(part) ?? { children: new Map<string, Draft>(), positional: false };
      next.positional ||= positional;
      draft.children.set(part, next);
      draft = next;
    }
    if (draft.action !== undefined || draft.children.size > 0) throw collision(parts, []);
    draft.action = action;
  }

  build(): ProjectionTree {
    return toTree(this.root);
  }
}

function collision(parts: readonly string[], remaining: readonly string[]): Error {
  const path = parts.join('.');
  return remaining.length === 0
    ? locationError(31_250, `Path collision at ${path}`)
    : locationError(31_249, `Path collision at ${path} remaining portion ${remaining.join('.')}`);
}

function toTree(draft: Draft): ProjectionTree {
  const fields = [...draft.children].map(([name, child]) => ({
    name,
    bytes: encodeName(name),
    positional: child.positional,
    action: child.action ?? ({ kind: 'nested', tree: toTree(child) } as const),
  }));
  const computes = fields.some(
    ({ action }) => action.kind === 'compute' || (action.kind === 'nested' && action.tree.computes),
  );
  return { fields, computes };
}
