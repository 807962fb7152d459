import type { Arguments } from '../commands/arguments.js';
import { readString } from '../bson/bson-reader.js';
import { documentValue, getField, elementsOf, payload } from '../bson/bson-reader.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import type { DocumentStream } from '../cursor/document-stream.js';
import type { Filter, MatchSettings } from '../query/filter.js';
import type { Sort } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { storeErrors } from '../store.errors.js';
import { Matches, type Match } from './matches.js';
import { MatchStream, SortedStream, WindowStream } from './match-stream.js';
import { planQuery, type Hint } from './planner.js';

export const RECORD_ID_FIELD = '$recordId';

export interface Query {
  readonly filter: Filter;
  readonly sort?: Sort | undefined;
  readonly hint?: Hint | undefined;
  /** The command's time and `let`, when its expressions may read them. */
  readonly settings?: MatchSettings | undefined;
  readonly skip?: number | undefined;
  /** 0 or undefined: no limit. */
  readonly limit?: number | undefined;
  /** Each document with the id of its record at its end, as `$recordId`. */
  readonly withRecordId?: boolean;
}

/** The documents a query finds, in order, skipped and limited. */
export function streamQuery(
  environment: Environment,
  collection: Collection,
  query: Query,
  reshape?: (document: Uint8Array) => Uint8Array,
): DocumentStream {
  const { filter, sort, hint, skip = 0 } = query;
  const limit = query.limit || Number.POSITIVE_INFINITY;
  const plan = planQuery(collection, filter, sort, hint);
  const matches = new MatchStream(
    new Matches(environment, collection, query, plan.access),
    query.withRecordId ? appendRecordId : undefined,
  );
  const ordered = plan.mustSort && sort ? new SortedStream(matches, sort, skip + limit) : matches;
  if (skip === 0 && limit === Number.POSITIVE_INFINITY && !reshape) return ordered;
  return new WindowStream(ordered, skip, limit, reshape);
}

/** What {@link Query.withRecordId} asks for. */
export function appendRecordId({ document, recordId }: Match): Uint8Array {
  return new DocumentBuilder(document.length + 32)
    .copyElements(documentValue(document))
    .appendLong(RECORD_ID_FIELD, BigInt(recordId))
    .finish();
}

/** All matches at once, inside a write statement: what an update is about to change must not move under the walk. */
export function findMatches(environment: Environment, collection: Collection, query: Query): Match[] {
  const { filter, sort, hint } = query;
  const limit = query.limit || Number.POSITIVE_INFINITY;
  const plan = planQuery(collection, filter, sort, hint);
  const found: Match[] = [];
  for (const match of new Matches(environment, collection, query, plan.access)) {
    found.push(match);
    if (!plan.mustSort && found.length >= limit) break;
  }
  if (!plan.mustSort || !sort) return found;
  return found.toSorted((a, b) => sort.compare(a.document, b.document)).slice(0, limit);
}

/** A command's `hint`: an index's name or key pattern, or `$natural`. @throws StoreError BadValue (2). */
export function readHint(args: Arguments, collection: Collection | undefined): Hint | undefined {
  const value = args.value('hint');
  if (!value || !collection) return undefined;
  if (value.type === BsonType.string) return indexNamed(collection, readString(value));
  if (value.type !== BsonType.object) throw args.wrongType('hint', value, 'object');
  if (elementsOf(value).length === 0) return undefined;
  const natural = getField(value, '$natural');
  if (natural && isNumber(natural)) return { natural: toDouble(natural) < 0 ? -1 : 1 };
  return indexWithKey(collection, value);
}

/**
 * The order of a `sort` by `$natural`: that of insertion, or its reverse.
 * @throws StoreError BadValue (2) for another value, more fields, or a hint on an index.
 */
export function readNaturalSort(args: Arguments): Hint | undefined {
  const spec = args.document('sort');
  const value = spec && getField(spec, '$natural');
  if (!value) return undefined;
  const direction = isNumber(value) ? toDouble(value) : 0;
  if (elementsOf(spec).length > 1) throw storeErrors.BadValue('Cannot include $natural in compound sort');
  if (direction !== 1 && direction !== -1) {
    throw storeErrors.BadValue('$natural sort cannot be set to a value other than -1 or 1.');
  }
  const hint = args.value('hint');
  if (hint && !(hint.type === BsonType.object && getField(hint, '$natural'))) {
    throw storeErrors.BadValue('$natural sort cannot be combined with a hint on an index');
  }
  return { natural: direction };
}

function indexNamed(collection: Collection, name: string): Hint {
  const index =
    collection.rules.clusteredName === name
      ? collection.idIndex
      : collection.indexes.find((candidate) => candidate.spec.name === name && candidate.ready);
  if (!index) throw noSuchHint();
  return { index };
}

function indexWithKey(collection: Collection, pattern: BsonValue): Hint {
  const fields = elementsOf(payload(pattern));
  const index = collection.indexes.find(
    ({ spec, ready }) =>
      ready &&
      spec.fields.length === fields.length &&
      spec.fields.every(
        (field, position) =>
          field.path === fields[position]!.name &&
          isNumber(fields[position]!.value) &&
          Math.sign(toDouble(fields[position]!.value)) === field.direction,
      ),
  );
  if (!index) throw noSuchHint();
  return { index };
}

function noSuchHint(): Error {
  return storeErrors.BadValue(
    'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
  );
}
