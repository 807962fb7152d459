import { storeErrors } from '../../store.errors.js';
import { branchNode, type Modifier, type UpdateNode } from './update-node.js';

const ELEMENTS = /^\$\[(.*)\]$/s;
const DBREF_FIELDS = new Set(['$ref', '$id', '$db']);

interface Draft {
  modifier?: Modifier;
  readonly children: Map<string, Draft>;
}

/** Collects the changes of an update by path and refuses those that conflict. */
export class UpdateTree {
  private readonly root: Draft = { children: new Map() };
  /** Identifiers of `$[identifier]` that occur in paths. */
  readonly usedFilters = new Set<string>();
  readonly paths: string[] = [];

  add(path: string, modifier: Modifier): void {
    const parts = parseUpdatePath(path);
    for (const part of parts) {
      const identifier = ELEMENTS.exec(part)?.[1];
      if (identifier) this.usedFilters.add(identifier);
    }
    let draft = this.root;
    for (const [depth, part] of parts.entries()) {
      const taken = parts.slice(0, depth).join('.');
      if (draft.modifier !== undefined) throw conflict(path, taken);
      const isElements = ELEMENTS.test(part);
      for (const name of draft.children.keys()) {
        if (ELEMENTS.test(name) !== isElements) throw conflict(path, taken);
      }
      const next = draft.children.get(part) ?? { children: new Map<string, Draft>() };
      draft.children.set(part, next);
      draft = next;
    }
    if (draft.modifier !== undefined || draft.children.size > 0) throw conflict(path, path);
    draft.modifier = modifier;
    this.paths.push(path);
  }

  build(): UpdateNode {
    return toNode(this.root);
  }
}

function conflict(path: string, at: string): Error {
  return storeErrors.ConflictingUpdateOperators(
    `Updating the path '${path}' would create a conflict at '${at}'`,
  );
}

function toNode(draft: Draft): UpdateNode {
  if (draft.modifier !== undefined) return { kind: 'leaf', modifier: draft.modifier };
  const fields = new Map<string, UpdateNode>();
  const byIdentifier = new Map<string, UpdateNode>();
  let positional: UpdateNode | undefined;
  for (const [name, child] of draft.children) {
    const identifier = ELEMENTS.exec(name)?.[1];
    const node = toNode(child);
    if (identifier !== undefined) byIdentifier.set(identifier, node);
    else if (name === '$') positional = node;
    else fields.set(name, node);
  }
  return byIdentifier.size > 0 ? { kind: 'elements', byIdentifier } : branchNode(fields, positional);
}

/** Checks a path as MongoDB does and answers its parts. */
function parseUpdatePath(path: string): string[] {
  if (path === '') throw storeErrors.EmptyFieldName('An empty update path is not valid.');
  const parts = path.split('.');
  let positionals = 0;
  for (const [depth, part] of parts.entries()) {
    if (part === '') {
      throw storeErrors.EmptyFieldName(
        `The update path '${path}' contains an empty field name, which is not allowed.`,
      );
    }
    if (!part.startsWith('$')) continue;
    const isPositional = part === '$';
    if (isPositional || ELEMENTS.test(part)) {
      if (depth === 0) {
        throw storeErrors.BadValue(
          `Cannot have ${isPositional ? "positional (i.e. '$')" : 'array filter'} element in the first position in path '${path}'`,
        );
      }
      positionals += isPositional ? 1 : 0;
    } else if (depth === 0) {
      // Below the top level names may start with $, as from MongoDB 5.0.
      throw DBREF_FIELDS.has(part)
        ? storeErrors.InvalidDBRef(`Found ${part} field outside a DBRef, which is invalid.`)
        : storeErrors.DollarPrefixedFieldName(
            `The dollar ($) prefixed field '${part}' in '${path}' is not allowed in the context of an update's ` +
              'replacement document. Consider using an aggregation pipeline with $replaceWith.',
          );
    }
  }
  if (positionals > 1) {
    throw storeErrors.BadValue(`Too many positional (i.e. '$') elements found in path '${path}'`);
  }
  return parts;
}
