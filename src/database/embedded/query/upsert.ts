import { documentValue, getField } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { storeErrors } from '../store.errors.js';
import type { Filter } from './filter.js';
import type { FilterNode } from './filter-node.js';
import type { Update } from './update.js';
import { applyNode } from './update/apply-node.js';
import { withIdFirst } from './update/immutable-id.js';
import { setModifier } from './update/modifiers/assignment.js';
import { UpdateTree } from './update/update-tree.js';

/** A field that a filter sets to one value: what an upsert starts the new document from. */
export interface EqualityField {
  readonly path: string;
  readonly value: BsonValue;
}

/**
 * The equalities AND-ed in a filter: `{a: 1}`, `$eq`, `$and`, an `$or` of one clause, `$in` and `$all` of one value.
 * @throws StoreError NotSingleValueField (54) when two of them set the same path, or a path within another.
 */
export function equalityFields(filter: Filter): EqualityField[] {
  const fields = collect(filter.root).toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)),
  );
  for (const [index, { path }] of fields.entries()) {
    for (const { path: other } of fields.slice(index + 1)) {
      if (path === other) {
        throw storeErrors.NotSingleValueField(
          `cannot infer query fields to set, path '${path}' is matched twice`,
        );
      }
      if (other.startsWith(`${path}.`)) {
        throw storeErrors.NotSingleValueField(
          `cannot infer query fields to set, both paths '${path}' and '${other}' are matched`,
        );
      }
    }
  }
  return fields;
}

function collect(node: FilterNode): EqualityField[] {
  if (node.kind === 'and') return node.children.flatMap((child) => collect(child));
  if (node.kind === 'or') return node.children.length === 1 ? collect(node.children[0]!) : [];
  if (node.kind !== 'field' || node.predicate.kind !== 'test') return [];
  const { condition } = node.predicate;
  if (condition === undefined || (condition.op !== 'eq' && condition.op !== 'in')) return [];
  const [value, another] = condition.values;
  return value === undefined || another !== undefined ? [] : [{ path: node.path.text, value }];
}

const EMPTY = new DocumentBuilder().finish();

/**
 * The document that an upsert inserts: the filter's equalities (for a replacement only its `_id`), then the update with
 * `$setOnInsert`. Without an `_id` from either, the caller adds one; `_id` stands first.
 */
export function upsertDocument(filter: Filter, update: Update, now: Date): Uint8Array {
  const fields = update.isReplacement
    ? collect(filter.root).filter(({ path }) => path === '_id')
    : equalityFields(filter);
  const updated = update.apply(startDocument(fields), { now, upsert: true });
  const id = getField(updated, '_id');
  return id === undefined ? updated : withIdFirst(updated, id);
}

function startDocument(fields: readonly EqualityField[]): Uint8Array {
  const tree = new UpdateTree();
  for (const [place, { path }] of fields.entries()) tree.add(path, setModifier(place));
  const document = documentValue(EMPTY);
  const run = {
    now: new Date(0),
    matchedIndex: undefined,
    inserting: true,
    document,
    arrayFilters: new Map(),
    operands: fields.map(({ value }) => value),
  };
  const started = applyNode(tree.build(), document, '', run);
  return started?.bytes ?? EMPTY;
}
