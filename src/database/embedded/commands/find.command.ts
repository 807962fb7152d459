import { ArrayStream, type DocumentStream } from '../cursor/document-stream.js';
import { FIRST_BATCH_DOCUMENTS, firstBatchReply, type BatchRequest } from '../cursor/cursor-reply.js';
import { streamQuery, type Query } from '../plan/query.js';
import { TailStream } from '../plan/tail-stream.js';
import type { Filter } from '../query/filter.js';
import { compileProjection, type Projection } from '../query/projection.js';
import type { Arguments } from './arguments.js';
import type { Collection } from '../storage/collection.js';
import type { View } from '../storage/view-catalog.js';
import { storeErrors } from '../store.errors.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { readLet, type CommandSettings } from './variables.js';
import { readFilter, readOrder, refuseCollation } from './compiled.js';
import { readBetween, readShape } from './find-options.js';
import { openView, refuseOnView } from './view-query.js';

export const FIND_FIELDS = [
  'filter',
  'sort',
  'projection',
  'hint',
  'skip',
  'limit',
  'batchSize',
  'singleBatch',
  'max',
  'min',
  'returnKey',
  'showRecordId',
  'tailable',
  'oplogReplay',
  'noCursorTimeout',
  'awaitData',
  'allowPartialResults',
  'collation',
  'allowDiskUse',
  'let',
];

export const findCommand: Command = {
  name: 'find',
  fields: FIND_FIELDS,
  run(request, context) {
    const { args, database } = request;
    const name = args.requiredString('find');
    const view = context.catalog.views.find(database, name);
    return view ? findInView(view, request, context) : findInCollection(name, request, context);
  },
};

/** The batch that a `find` asks for. */
function batchOf({ args, database, deadlineMs }: CommandRequest, stream: DocumentStream): BatchRequest {
  return {
    namespace: `${database}.${args.requiredString('find')}`,
    stream,
    field: 'firstBatch',
    most: args.count('batchSize') ?? FIRST_BATCH_DOCUMENTS,
    single: args.boolean('singleBatch'),
    neverIdle: args.boolean('noCursorTimeout'),
    deadlineMs,
  };
}

async function findInView(view: View, request: CommandRequest, context: StoreContext): Promise<Buffer> {
  const { args } = request;
  refuseCollation(args);
  refuseOnView(args);
  const query = {
    filter: args.document('filter'),
    sort: args.document('sort'),
    skip: args.count('skip'),
    limit: args.count('limit'),
    projection: args.document('projection'),
  };
  return firstBatchReply(batchOf(request, await openView(view, query, request, context)), context.cursors);
}

function findInCollection(
  name: string,
  request: CommandRequest,
  { catalog, environment, cursors, now }: StoreContext,
): Promise<Buffer> {
  const { args, database } = request;
  refuseCollation(args);
  const settings = readLet(args, now());
  const variables = [...settings.variables.keys()];
  const filter = readFilter(args, 'filter', variables);
  const fields = args.document('projection');
  const projection = fields && compileProjection(fields, variables);
  const project = projection && reshapeBy(projection, filter, settings);
  const collection = catalog.find(database, name);
  const order = readOrder(args, collection);
  const query = {
    filter,
    skip: args.count('skip'),
    limit: args.count('limit') ?? 0,
    settings: args.has('let') ? settings : undefined,
    ...order,
    hint: readBetween(args, order.hint),
    ...(args.boolean('showRecordId') && !args.boolean('returnKey') && { withRecordId: true }),
  };
  const isTailable = checkTailable(args, collection, query);
  const shape = collection && readShape(args, collection, query, project);
  const stream = !collection
    ? new ArrayStream([])
    : isTailable
      ? new TailStream(environment, collection, query, shape, args.boolean('awaitData'))
      : streamQuery(environment, collection, query, shape);
  return firstBatchReply(batchOf(request, stream), cursors);
}

/** @throws StoreError BadValue (2), FailedToParse (9) where a tailable cursor cannot be. */
function checkTailable(args: Arguments, collection: Collection | undefined, query: Query): boolean {
  if (!args.boolean('tailable')) {
    if (args.boolean('awaitData')) {
      throw storeErrors.FailedToParse('Cannot set awaitData without tailable');
    }
    return false;
  }
  if (args.boolean('singleBatch')) {
    throw storeErrors.FailedToParse("Cannot use tailable option with the 'singleBatch' option");
  }
  if (query.sort)
    throw storeErrors.BadValue('cannot use tailable option with a sort other than {$natural: 1}');
  if (collection && !collection.rules.capped) {
    throw storeErrors.BadValue(
      `error processing query: ns=${collection.namespace} tailable cursor requested on non capped collection`,
    );
  }
  return true;
}

/** How a projection reshapes a match; positional `$` needs to know where the filter matched. */
export function reshapeBy(
  projection: Projection,
  filter: Filter,
  settings: CommandSettings,
): (document: Uint8Array) => Uint8Array {
  const { positionalArrayPath } = projection;
  return (document) =>
    projection.project(document, {
      settings,
      matchedIndex:
        positionalArrayPath === undefined
          ? undefined
          : filter.matchedIndex(document, positionalArrayPath, settings),
    });
}
