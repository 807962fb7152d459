import { ElementCursor, documentValue, elementsOf, getField, getPath } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import type { Index } from '../index/index.js';
import type { StageSettings } from '../query/pipeline.js';
import { isNullish } from '../query/expression/expression.js';
import { keepId } from '../query/update/immutable-id.js';
import type { Collection } from '../storage/collection.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { Merge } from './merge-spec.js';
import { checkValid, prepareInsert, type WriteOptions } from './write-statement.js';

/** What one `$merge` needs for each of its results. */
export interface MergeRun {
  readonly merge: Merge;
  readonly settings: StageSettings;
  readonly options: WriteOptions;
}

/**
 * The unique index that finds the document of a result. @throws StoreError 51183 when there is none on just the fields
 * of `on`.
 */
export function mergeIndex(collection: Collection, { on }: Merge): Index {
  if (!on || (on.length === 1 && on[0] === '_id')) return collection.idIndex;
  const wanted = new Set(on);
  const index = collection.indexes.find(
    ({ spec, ready }) =>
      ready &&
      spec.unique &&
      !spec.partialFilter &&
      spec.fields.length === wanted.size &&
      spec.fields.every(({ path }) => wanted.has(path)),
  );
  if (!index) {
    throw locationError(51_183, 'Cannot find index to verify that join fields will be unique');
  }
  return index;
}

/** Writes one result of a pipeline into the target. */
export function mergeDocument(collection: Collection, result: Uint8Array, run: MergeRun): void {
  const { merge, options } = run;
  const index = mergeIndex(collection, merge);
  // MongoDB gives a result without an _id one before it looks for what it is merged with.
  const document = index.isIdIndex ? prepareInsert(result) : result;
  const recordId = collection.findBy(index, keyValues(index, document));
  const before = recordId === undefined ? undefined : collection.read(recordId);
  if (recordId === undefined || before === undefined) {
    insertUnmatched(collection, document, run);
    return;
  }
  // The conflict tells itself: a document of the same key is there.
  if (merge.whenMatched === 'fail') collection.insert(prepareInsert(document));
  const after = changed(before, document, run);
  if (after === before) return;
  if (!options.bypassValidation) checkValid(collection, after, before);
  collection.replace(recordId, before, after, undefined);
}

function insertUnmatched(collection: Collection, document: Uint8Array, { merge, options }: MergeRun): void {
  if (merge.whenNotMatched === 'fail') {
    throw storeErrors.MergeStageNoMatchingDocument(
      '$merge could not find a matching document in the target collection',
    );
  }
  if (merge.whenNotMatched === 'discard') return;
  const prepared = prepareInsert(document);
  if (!options.bypassValidation) checkValid(collection, prepared);
  collection.insert(prepared);
}

function changed(before: Buffer, document: Uint8Array, { merge, settings }: MergeRun): Uint8Array {
  const { whenMatched } = merge;
  if (typeof whenMatched === 'function') return whenMatched(before, documentValue(document), settings);
  if (whenMatched === 'replace') return keepId(documentValue(before), document);
  if (whenMatched === 'merge') return keepId(documentValue(before), overlay(before, document));
  return before;
}

/** The values of the index's fields in a result. @throws StoreError 51132, 51185. */
function keyValues(index: Index, document: Uint8Array): BsonValue[] {
  return index.spec.fields.map(({ path }) => {
    const value = getPath(document, path);
    if (value === undefined || isNullish(value)) {
      throw locationError(
        51_132,
        `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`,
      );
    }
    if (value.type === BsonType.array) {
      throw locationError(51_185, `$merge write error: 'on' field '${path}' cannot be an array`);
    }
    return value;
  });
}

/** A document with the fields of another put over its own. */
function overlay(below: Uint8Array, above: Uint8Array): Uint8Array {
  const builder = new DocumentBuilder(below.length + above.length);
  const cursor = new ElementCursor(below);
  const names = new Set<string>();
  while (cursor.next()) {
    const name = cursor.name();
    names.add(name);
    builder.append(name, getField(above, name) ?? cursor.snapshot());
  }
  for (const { name, value } of elementsOf(documentValue(above)))
    if (!names.has(name)) builder.append(name, value);
  return builder.finish();
}
