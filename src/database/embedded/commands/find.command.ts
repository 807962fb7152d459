import { ArrayStream } from '../cursor/document-stream.js';
import { FIRST_BATCH_DOCUMENTS, firstBatchReply } from '../cursor/cursor-reply.js';
import { streamQuery } from '../plan/query.js';
import type { Filter } from '../query/filter.js';
import { compileProjection, type Projection } from '../query/projection.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { readLet, type CommandSettings } from './variables.js';
import { readFilter, readOrder, refuseCollation } from './compiled.js';

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

/** Options of `find` that change what is answered and that this store has not. */
export function refuseFindOptions(args: Arguments): void {
  refuseCollation(args);
  args.refuse('max', 'min', 'returnKey', 'showRecordId', 'tailable', 'awaitData');
}

export const findCommand: Command = {
  name: 'find',
  fields: FIND_FIELDS,
  run({ args, database, deadlineMs }, { catalog, environment, cursors, now }) {
    const name = args.requiredString('find');
    refuseFindOptions(args);
    const settings = readLet(args, now());
    const filter = readFilter(args, 'filter', [...settings.variables.keys()]);
    const fields = args.document('projection');
    const projection = fields && compileProjection(fields, [...settings.variables.keys()]);
    const skip = args.count('skip');
    const limit = args.count('limit') ?? 0;
    const collection = catalog.find(database, name);
    const order = readOrder(args, collection);
    const stream = collection
      ? streamQuery(
          environment,
          collection,
          {
            filter,
            skip,
            limit,
            settings: args.has('let') ? settings : undefined,
            ...order,
          },
          projection && reshapeBy(projection, filter, settings),
        )
      : new ArrayStream([]);
    return firstBatchReply(
      {
        namespace: `${database}.${name}`,
        stream,
        field: 'firstBatch',
        most: args.count('batchSize') ?? FIRST_BATCH_DOCUMENTS,
        single: args.boolean('singleBatch'),
        neverIdle: args.boolean('noCursorTimeout'),
        deadlineMs,
      },
      cursors,
    );
  },
};

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
