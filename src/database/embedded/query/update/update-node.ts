import { encodeName, isIndexName } from '../../bson/bson-reader.js';
import type { BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';

/** What one application of an update knows. */
export interface UpdateRun {
  readonly now: Date;
  /** The array index that positional `$` stands for. */
  readonly matchedIndex: number | undefined;
  /** True when the document is about to be inserted. */
  readonly inserting: boolean;
  readonly document: BsonValue;
  /** Tests of `$[identifier]` by identifier. */
  readonly arrayFilters: ReadonlyMap<string, (element: BsonValue) => boolean>;
  /** The operands of modifiers that know theirs by its place only, since all updates of a shape share them. */
  readonly operands: readonly BsonValue[];
}

/** What an update operator does to one value. */
export interface Modifier {
  readonly operator: string;
  /** The new value, `value` itself (the same reference) for no change, or undefined to remove the field. */
  update(value: BsonValue, path: string, run: UpdateRun): BsonValue | undefined;
  /** The value of a field that did not exist; undefined to leave it absent. */
  create(path: string, run: UpdateRun): BsonValue | undefined;
  /** True when a path that leads through a scalar is no error but no change. */
  readonly ignoresUnviablePaths?: boolean;
  /** True when it applies to inserted documents only. */
  readonly insertOnly?: boolean;
}

export interface LeafNode {
  readonly kind: 'leaf';
  readonly modifier: Modifier;
}

/** Changes to the fields of a document, or to elements of an array by their index. */
export interface BranchNode {
  readonly kind: 'branch';
  readonly fields: ReadonlyMap<string, UpdateNode>;
  /** The fields in the order in which MongoDB adds them: by name, numbers by value. */
  readonly ordered: readonly {
    readonly name: string;
    readonly bytes: Uint8Array;
    readonly node: UpdateNode;
  }[];
  /** The change to the element that the filter matched: `$`. */
  readonly positional: UpdateNode | undefined;
}

/** Changes to all elements of an array (key '') or to those that pass an array filter (key: its identifier). */
export interface ElementsNode {
  readonly kind: 'elements';
  readonly byIdentifier: ReadonlyMap<string, UpdateNode>;
}

export type UpdateNode = LeafNode | BranchNode | ElementsNode;

function compareNames(a: string, b: string): number {
  if (isIndexName(a) && isIndexName(b)) return Number(a) - Number(b);
  return Buffer.compare(encodeName(a), encodeName(b));
}

/** A branch with its fields in the order in which MongoDB adds them. */
export function branchNode(fields: ReadonlyMap<string, UpdateNode>, positional?: UpdateNode): BranchNode {
  const ordered = [...fields]
    .toSorted(([a], [b]) => compareNames(a, b))
    .map(([name, node]) => ({ name, bytes: encodeName(name), node }));
  return { kind: 'branch', fields, ordered, positional };
}

/** Joins the changes that several array filters, or `$` and an index, make to one element. */
export function mergeNodes(a: UpdateNode, b: UpdateNode, path: string): UpdateNode {
  if (a.kind === 'branch' && b.kind === 'branch') {
    const fields = new Map(a.fields);
    for (const [name, node] of b.fields) {
      const other = fields.get(name);
      fields.set(name, other === undefined ? node : mergeNodes(other, node, `${path}.${name}`));
    }
    const positional =
      a.positional && b.positional
        ? mergeNodes(a.positional, b.positional, `${path}.$`)
        : (a.positional ?? b.positional);
    return branchNode(fields, positional);
  }
  if (a.kind === 'elements' && b.kind === 'elements') {
    const merged = new Map(a.byIdentifier);
    for (const [identifier, node] of b.byIdentifier) {
      const other = merged.get(identifier);
      merged.set(
        identifier,
        other === undefined ? node : mergeNodes(other, node, `${path}.$[${identifier}]`),
      );
    }
    return { kind: 'elements', byIdentifier: merged };
  }
  throw storeErrors.ConflictingUpdateOperators(`Update created a conflict at '${path}'`);
}
