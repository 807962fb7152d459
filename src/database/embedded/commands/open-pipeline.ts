import { elementsOf, payload, readString, valuesOf } from '../bson/bson-reader.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { int32Value } from '../bson/bson-convert.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { ArrayStream, type DocumentStream } from '../cursor/document-stream.js';
import { streamPipeline } from '../plan/pipeline-stream.js';
import { readHint, streamQuery, type Query } from '../plan/query.js';
import { compileFilter } from '../query/filter.js';
import { compileSort } from '../query/sort.js';
import type { Catalog } from '../storage/catalog.js';
import type { Collection } from '../storage/collection.js';
import type { CommandRequest, StoreContext } from './command.js';
import { EMPTY_DOCUMENT } from './compiled.js';
import { countMatches } from './count-matches.js';
import type { CommandSettings } from './variables.js';

/** A pipeline and the collection or view it reads. */
export interface Source {
  readonly name: string;
  readonly stages: readonly BsonValue[];
}

/** The collection below a view, and all stages over it: those of the views, then the given ones. */
export function throughViews(catalog: Catalog, database: string, { name, stages }: Source): Source {
  const view = catalog.views.find(database, name);
  if (!view) return { name, stages };
  return throughViews(catalog, database, {
    name: view.viewOn,
    stages: [...valuesOf(view.pipeline), ...stages],
  });
}

/** The stages before the first that needs more are planned as a query; counting is done without the documents. */
export async function openPipeline(
  source: Source,
  settings: CommandSettings,
  { args, database, deadlineMs }: CommandRequest,
  context: StoreContext,
): Promise<DocumentStream> {
  const { catalog, environment } = context;
  const variables = [...settings.variables.keys()];
  const { name, stages } = throughViews(catalog, database, source);
  const { query, rest } = splitPipeline(stages, variables);
  const collection = catalog.find(database, name);
  const planned: Query = { ...query, settings, hint: readHint(args, collection) };
  const counted = countingStage(rest);
  if (counted) {
    const count = collection
      ? await countMatches({ environment, catalog }, collection, planned, deadlineMs)
      : 0;
    return new ArrayStream(count === 0 ? [] : [counted(count)]);
  }
  return openPlanned({ collection, query: planned, rest }, settings, database, context);
}

/** The documents a planned query finds, through the rest of the stages; those of other collections likewise. */
function openPlanned(
  { collection, query, rest }: { collection: Collection | undefined; query: Query; rest: BsonValue[] },
  settings: CommandSettings,
  database: string,
  context: StoreContext,
): DocumentStream {
  const source = collection ? streamQuery(context.environment, collection, query) : new ArrayStream([]);
  return openStages(source, rest, settings, database, context);
}

/** What the stages make of a stream; some read other collections of the database. */
export function openStages(
  source: DocumentStream,
  stages: readonly BsonValue[],
  settings: CommandSettings,
  database: string,
  context: StoreContext,
): DocumentStream {
  if (stages.length === 0) return source;
  return streamPipeline(source, stages, {
    variables: [...settings.variables.keys()],
    settings,
    open: (from, own, inner) => {
      const { name, stages: all } = throughViews(context.catalog, database, { name: from, stages: own });
      const split = splitPipeline(all, [...inner.variables.keys()]);
      const other = context.catalog.find(database, name);
      const planned = { query: { ...split.query, settings: inner }, rest: split.rest, collection: other };
      return openPlanned(planned, inner, database, context);
    },
  });
}

/** `$match`, `$sort`, `$skip`, `$limit` at the start, in the order in which a query does them. */
export function splitPipeline(
  stages: readonly BsonValue[],
  variables: readonly string[],
): { query: Query; rest: BsonValue[] } {
  const rest = [...stages];
  const take = (name: string): BsonValue | undefined => {
    const [stage] = rest[0] ? elementsOf(rest[0]) : [];
    if (stage?.name !== name) return undefined;
    rest.shift();
    return stage.value;
  };
  const match = take('$match');
  const sort = take('$sort');
  const skip = take('$skip');
  const limit = take('$limit');
  return {
    query: {
      filter: compileFilter(match ? payload(match) : EMPTY_DOCUMENT, variables),
      sort: sort && compileSort(payload(sort)),
      skip: skip && toDouble(skip),
      limit: limit && toDouble(limit),
    },
    rest,
  };
}

/** What `countDocuments` and `$count` ask for: how the answer is made of the count. */
function countingStage(rest: readonly BsonValue[]): ((count: number) => Uint8Array) | undefined {
  if (rest.length !== 1) return undefined;
  const { name, value } = elementsOf(rest[0]!)[0]!;
  if (name === '$count') {
    const field = readString(value);
    return (count) => new DocumentBuilder(64).appendInt32(field, count).finish();
  }
  if (name !== '$group') return undefined;
  const [id, counter, more] = elementsOf(value);
  if (id?.name !== '_id' || !counter || more) return undefined;
  if ((!isNumber(id.value) && id.value.type !== BsonType.null) || !addsOne(counter.value)) return undefined;
  return (count) =>
    new DocumentBuilder(64).append('_id', id.value).append(counter.name, int32Value(count)).finish();
}

/** `{$sum: 1}` */
function addsOne(accumulator: BsonValue): boolean {
  const [operator] = accumulator.type === BsonType.object ? elementsOf(accumulator) : [];
  return operator?.name === '$sum' && operator.value.type === BsonType.int && toDouble(operator.value) === 1;
}
