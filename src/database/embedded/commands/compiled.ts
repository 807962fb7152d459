import { readHint, readNaturalSort, type Query } from '../plan/query.js';
import { requireSimpleCollation } from '../query/collation.js';
import { compileFilter, type Filter } from '../query/filter.js';
import { compileSort, type Sort } from '../query/sort.js';
import { compileUpdate, type Update } from '../query/update.js';
import { BsonType } from '../bson/bson-value.js';
import { payload } from '../bson/bson-reader.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import type { Collection } from '../storage/collection.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';

export const EMPTY_DOCUMENT = new DocumentBuilder(8).finish();

/** A document that asks for something: neither left out nor empty. */
export function isGiven(document: Uint8Array | undefined): document is Uint8Array {
  return document !== undefined && document.length > EMPTY_DOCUMENT.length;
}

export function readFilter(args: Arguments, name: string, variables: readonly string[] = []): Filter {
  return compileFilter(args.document(name) ?? EMPTY_DOCUMENT, variables);
}

export function readSort(args: Arguments, name: string): Sort | undefined {
  const spec = args.document(name);
  if (!spec || spec.length <= EMPTY_DOCUMENT.length) return undefined;
  return compileSort(spec);
}

/** The order in which a query is asked to find, by `sort` or `hint`. */
export function readOrder(args: Arguments, collection: Collection | undefined): Pick<Query, 'sort' | 'hint'> {
  const natural = readNaturalSort(args);
  return natural ? { hint: natural } : { sort: readSort(args, 'sort'), hint: readHint(args, collection) };
}

export function readUpdate(args: Arguments, name: string, variables?: Uint8Array): Update {
  const value = args.value(name) ?? args.missing(name);
  const arrayFilters = args.documents('arrayFilters');
  if (value.type !== BsonType.object && value.type !== BsonType.array) {
    throw storeErrors.FailedToParse('Update argument must be either an object or an array');
  }
  return compileUpdate(payload(value), {
    isPipeline: value.type === BsonType.array,
    ...(arrayFilters && { arrayFilters }),
    ...(variables && { variables }),
  });
}

/** Collations: only the one that compares bytes, which is the default. */
export function refuseCollation(args: Arguments): void {
  const collation = args.document('collation');
  if (!collation) return;
  if (collation.length > EMPTY_DOCUMENT.length) requireSimpleCollation(collation);
}
