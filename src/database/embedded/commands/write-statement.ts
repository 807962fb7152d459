import { ObjectId } from 'bson';
import { toBson } from '../bson/bson-convert.js';
import { getField } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { documentValue, ElementCursor, elementsOf } from '../bson/bson-reader.js';
import type { Filter } from '../query/filter.js';
import type { Update } from '../query/update.js';
import { upsertDocument } from '../query/upsert.js';
import { fillTimestamps } from '../query/update/empty-timestamps.js';
import { idOf, type Collection } from '../storage/collection.js';
import { validationFailure } from '../storage/validation-failure.js';
import type { Match } from '../plan/matches.js';
import { storeErrors } from '../store.errors.js';
import { typeName } from './arguments.js';

/** MongoDB's limit on a document. */
export const MOST_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** A document as it is stored: with an `_id`, first. @throws StoreError for an `_id` or a size that cannot be. */
export function prepareInsert(document: Uint8Array): Uint8Array {
  const id = getField(document, '_id');
  if (id) checkId(id);
  checkSize(document);
  if (id && startsWithId(document)) return document;
  const builder = new DocumentBuilder(document.length + 32);
  builder.append('_id', id ?? toBson(new ObjectId()));
  const cursor = new ElementCursor(document);
  while (cursor.next()) {
    if (cursor.name() !== '_id') builder.copyRange(document, cursor.elementStart, cursor.end);
  }
  return builder.finish();
}

function startsWithId(document: Uint8Array): boolean {
  const cursor = ElementCursor.over(documentValue(document));
  return cursor.next() && cursor.name() === '_id';
}

function checkId(id: BsonValue): void {
  if (id.type === BsonType.array || id.type === BsonType.regex || id.type === BsonType.undefined) {
    throw storeErrors.InvalidIdField(`The '_id' value cannot be of type ${typeName(id)}`);
  }
  if (id.type === BsonType.object) checkIdFields(id);
}

const REFERENCE_FIELDS: ReadonlySet<string> = new Set(['$ref', '$id', '$db']);

/** Other fields may be called `$…`; those of an `_id` may not, but for references. */
function checkIdFields(id: BsonValue): void {
  for (const { name, value } of elementsOf(id)) {
    if (name.startsWith('$') && !REFERENCE_FIELDS.has(name)) {
      throw storeErrors.DollarPrefixedFieldName(
        `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
      );
    }
    if (value.type === BsonType.object) checkIdFields(value);
  }
}

function checkSize(document: Uint8Array): void {
  if (document.length > MOST_DOCUMENT_BYTES) {
    throw storeErrors.BSONObjectTooLarge(
      `object to insert too large. size in bytes: ${document.length}, max size: ${MOST_DOCUMENT_BYTES}`,
    );
  }
}

/** What all writes of a command share. */
export interface WriteOptions {
  readonly now: Date;
  /** The client's `bypassDocumentValidation`. */
  readonly bypassValidation: boolean;
}

/** Inserts a document as a client gave it. @throws StoreError DuplicateKey (11000), DocumentValidationFailure (121). */
export function insertDocument(collection: Collection, document: Uint8Array, options: WriteOptions): void {
  const prepared = prepareInsert(fillTimestamps(document, options.now));
  if (!options.bypassValidation) checkValid(collection, prepared);
  collection.insert(prepared);
}

/** @throws StoreError DocumentValidationFailure (121). */
export function checkValid({ rules }: Collection, document: Uint8Array, before?: Uint8Array): void {
  const { validator } = rules;
  if (!validator || validator.filter.matches(document)) return;
  if (before && validator.isModerate && !validator.filter.matches(before)) return;
  throw validationFailure(validator, document);
}

/** @returns the document as it is now stored; the same as before when the update changed nothing. */
export function applyUpdate(
  collection: Collection,
  match: Match,
  update: Update,
  filter: Filter,
  { now, bypassValidation }: WriteOptions,
): Uint8Array {
  const { recordId, document } = match;
  const matchedIndex =
    update.positionalArrayPath === undefined
      ? undefined
      : filter.matchedIndex(document, update.positionalArrayPath);
  const changed = update.apply(document, {
    now,
    upsert: false,
    ...(matchedIndex !== undefined && { matchedIndex }),
  });
  if (changed === document) return document;
  checkSize(changed);
  if (!bypassValidation) checkValid(collection, changed, document);
  collection.replace(recordId, document, changed, update.touchedPaths);
  return changed;
}

/** Inserts what an upsert makes of the filter and the update. */
export function insertUpsert(
  collection: Collection,
  filter: Filter,
  update: Update,
  { now, bypassValidation }: WriteOptions,
): { id: BsonValue; document: Uint8Array } {
  const document = prepareInsert(upsertDocument(filter, update, now));
  if (!bypassValidation) checkValid(collection, document);
  collection.insert(document);
  return { id: idOf(document), document };
}
