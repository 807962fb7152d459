import { ElementCursor, elementsOf, encodeName, getField } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { equalValues, identicalValues } from '../../bson/compare.js';
import { DocumentBuilder } from '../../bson/document-builder.js';
import { storeErrors } from '../../store.errors.js';

const ID = encodeName('_id');

/**
 * The document after operators changed it, once it is sure that they left `_id` as it was, to the byte.
 * @throws StoreError ImmutableField (66)
 */
export function requireSameId(before: BsonValue, after: Uint8Array): Uint8Array {
  const oldId = getField(before, ID);
  const newId = getField(after, ID);
  if (oldId !== undefined && (newId === undefined || !identicalValues(oldId, newId))) {
    throw storeErrors.ImmutableField(
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  }
  if (oldId === undefined && newId !== undefined) requireValidId(newId);
  return after;
}

/**
 * A document that replaces another: it keeps the other's `_id`, first, unless it brings one that is equal.
 * @throws StoreError ImmutableField (66)
 */
export function keepId(before: BsonValue, replacement: Uint8Array): Uint8Array {
  const oldId = getField(before, ID);
  const newId = getField(replacement, ID);
  if (newId !== undefined) requireValidId(newId);
  if (oldId !== undefined && newId !== undefined && !equalValues(oldId, newId)) {
    throw storeErrors.ImmutableField(
      "After applying the update, the (immutable) field '_id' was found to have been altered",
    );
  }
  const id = newId ?? oldId;
  return id === undefined ? replacement : withIdFirst(replacement, id);
}

/**
 * `_id` may be of any type but array, regular expression and undefined, and an object only without `$` names.
 * @throws StoreError InvalidIdField (53), DollarPrefixedFieldName (52)
 */
export function requireValidId(id: BsonValue): void {
  if (id.type === BsonType.array || id.type === BsonType.regex || id.type === BsonType.undefined) {
    throw storeErrors.InvalidIdField(`The '_id' value cannot be of type ${typeAlias(id.type)}`);
  }
  if (id.type !== BsonType.object) return;
  for (const { name } of elementsOf(id)) {
    if (name.startsWith('$') && !DBREF_FIELDS.has(name)) {
      throw storeErrors.DollarPrefixedFieldName(
        `_id fields may not contain '$'-prefixed fields: The dollar ($) prefixed field '${name}' is not valid for storage.`,
      );
    }
  }
}

const DBREF_FIELDS = new Set(['$ref', '$id', '$db']);

/** The document with this `_id` before all other fields, whatever `_id` it had. */
export function withIdFirst(document: Uint8Array, id: BsonValue): Uint8Array {
  const first = new ElementCursor(document);
  if (first.next() && first.nameIs(ID) && identicalValues(first, id)) return document;
  const builder = new DocumentBuilder(document.length + 32).append(ID, id);
  const cursor = new ElementCursor(document);
  while (cursor.next()) {
    if (!cursor.nameIs(ID)) builder.copyRange(document, cursor.elementStart, cursor.end);
  }
  return builder.finish();
}
