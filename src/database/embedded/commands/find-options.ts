import { getField, elementsOf } from '../bson/bson-reader.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import type { Index } from '../index/index.js';
import { planQuery, type Hint } from '../plan/planner.js';
import { RECORD_ID_FIELD, type Query } from '../plan/query.js';
import { returnedKey } from '../plan/returned-key.js';
import type { Collection } from '../storage/collection.js';
import { afterPrefix } from '../storage/key-space.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import { isGiven } from './compiled.js';

/** What becomes of a document that was found, before it is answered. */
export type Reshape = (document: Uint8Array) => Uint8Array;

/**
 * A hint with the query's `min` and `max`: keys of the hinted index, the first included, the last not.
 * @throws StoreError 51173, 51174, 51175.
 */
export function readBetween(args: Arguments, hint: Hint | undefined): Hint | undefined {
  const min = args.document('min');
  const max = args.document('max');
  if (!isGiven(min) && !isGiven(max)) return hint;
  if (!args.value('hint') || (hint && 'natural' in hint)) {
    throw locationError(51_173, 'When using min()/max() a hint of which index to use must be provided');
  }
  // The collection is not there.
  if (!hint) return undefined;
  const { index } = hint;
  if (index.traits.hasLongKeys) {
    throw storeErrors.NotImplemented(
      'min and max on an index with long keys are not supported by this store',
    );
  }
  const start = isGiven(min) ? boundOf(index, min) : index.prefix;
  const end = isGiven(max) ? boundOf(index, max) : afterPrefix(index.prefix);
  if (Buffer.compare(start, end) >= 0) {
    throw locationError(
      51_175,
      'The value provided for min() does not come before the value provided for max() in the hinted index',
    );
  }
  return { index, between: { start, end } };
}

function boundOf(index: Index, bound: Uint8Array): Buffer {
  const given = elementsOf(bound);
  const { fields } = index.spec;
  if (given.length !== fields.length || fields.some(({ path }, at) => given[at]!.name !== path)) {
    throw locationError(
      51_174,
      'The index chosen is not compatible with min/max: requested bounds do not match the index key pattern',
    );
  }
  return index.keyOf(given.map(({ value }) => value));
}

/** How `returnKey` and `showRecordId` change what a projection gives. */
export function readShape(
  args: Arguments,
  collection: Collection,
  query: Query,
  project: Reshape | undefined,
): Reshape | undefined {
  if (args.boolean('returnKey')) {
    const { access } = planQuery(collection, query.filter, query.sort, query.hint);
    return (document) => returnedKey(access, document);
  }
  if (!query.withRecordId || !project) return project;
  return (document) => {
    const recordId = getField(document, RECORD_ID_FIELD)!;
    const builder = new DocumentBuilder(document.length + 32);
    for (const { name, value } of elementsOf(project(document))) {
      if (name !== RECORD_ID_FIELD) builder.append(name, value);
    }
    return builder.append(RECORD_ID_FIELD, recordId).finish();
  };
}
