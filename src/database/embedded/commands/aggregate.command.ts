import { elementsOf, payload, readString } from '../bson/bson-reader.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { int32Value } from '../bson/bson-convert.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { ArrayStream, type DocumentStream } from '../cursor/document-stream.js';
import { FIRST_BATCH_DOCUMENTS, firstBatchReply } from '../cursor/cursor-reply.js';
import { checkPipeline, streamPipeline } from '../plan/pipeline-stream.js';
import { readHint, streamQuery, type Query } from '../plan/query.js';
import { compileFilter } from '../query/filter.js';
import { compileSort } from '../query/sort.js';
import type { Collection } from '../storage/collection.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import { cursorBatchSize } from './collection.commands.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { splitOutput, writeOutput } from './output-stage.js';
import { EMPTY_DOCUMENT, refuseCollation } from './compiled.js';
import { countMatches } from './count.command.js';
import { readLet, type CommandSettings } from './variables.js';

export const aggregateCommand: Command = {
  name: 'aggregate',
  fields: [
    'pipeline',
    'cursor',
    'explain',
    'allowDiskUse',
    'bypassDocumentValidation',
    'collation',
    'hint',
    'let',
  ],
  async run(request, context) {
    const { args, database, deadlineMs } = request;
    refuseCollation(args);
    args.refuse('explain');
    const name = targetOf(args);
    const settings = readLet(args, context.now());
    const { stages, output } = splitOutput(args.array('pipeline') ?? args.missing('pipeline'), database);
    // Checked whole first: what is wrong in any stage is told before anything is read.
    checkPipeline(stages, [...settings.variables.keys()]);
    if (!args.has('cursor')) {
      throw storeErrors.FailedToParse(
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    }
    const source = `${database}.${name}`;
    const stream = await openPipeline(stages, settings, request, context);
    if (output) await writeOutput(output, { stream, source }, context, deadlineMs);
    return firstBatchReply(
      {
        namespace: source,
        stream: output ? new ArrayStream([]) : stream,
        field: 'firstBatch',
        most: cursorBatchSize(args) ?? FIRST_BATCH_DOCUMENTS,
        single: false,
        deadlineMs,
      },
      context.cursors,
    );
  },
};

function targetOf(args: Arguments): string {
  const target = args.value('aggregate') ?? args.missing('aggregate');
  if (target.type === BsonType.string) return readString(target);
  throw storeErrors.NotImplemented('aggregations on a database are not supported by this store');
}

/** The stages before the first that needs more are planned as a query; counting is done without the documents. */
async function openPipeline(
  stages: readonly BsonValue[],
  settings: CommandSettings,
  { args, database, deadlineMs }: CommandRequest,
  context: StoreContext,
): Promise<DocumentStream> {
  const { catalog, environment } = context;
  const variables = [...settings.variables.keys()];
  const { query, rest } = splitPipeline(stages, variables);
  const collection = catalog.find(database, targetOf(args));
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
  if (rest.length === 0) return source;
  return streamPipeline(source, rest, {
    variables: [...settings.variables.keys()],
    settings,
    open: (name, stages, inner) => {
      const split = splitPipeline(stages, [...inner.variables.keys()]);
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
