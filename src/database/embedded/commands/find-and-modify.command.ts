import type { BsonValue } from '../bson/bson-value.js';
import { documentValue } from '../bson/bson-reader.js';
import { NULL_VALUE } from '../bson/bson-convert.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { findMatches, readHint } from '../plan/query.js';
import { compileProjection } from '../query/projection.js';
import { storeErrors } from '../store.errors.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { readFilter, readSort, readUpdate, refuseCollation } from './compiled.js';
import { reshapeBy } from './find.command.js';
import { readLet, type CommandSettings } from './variables.js';
import { applyUpdate, insertUpsert } from './write-statement.js';

interface Modification {
  readonly value: Uint8Array | undefined;
  readonly n: 0 | 1;
  readonly updatedExisting?: boolean;
  readonly upserted?: BsonValue;
}

export const findAndModifyCommand: Command = {
  name: 'findAndModify',
  fields: [
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'bypassDocumentValidation',
    'collation',
    'arrayFilters',
    'hint',
    'let',
  ],
  async run(request, context) {
    const { args } = request;
    refuseCollation(args);
    const fields = args.document('fields');
    const settings = readLet(args, context.now());
    const projection = fields && compileProjection(fields, [...settings.variables.keys()]);
    const remove = args.boolean('remove');
    checkOptions(request, remove);
    const { value, n, updatedExisting, upserted } = await context.environment.writes.enqueue(() =>
      remove ? removeOne(request, context, settings) : updateOne(request, context, settings),
    );
    const builder = new DocumentBuilder().openDocument('lastErrorObject').appendInt32('n', n);
    if (updatedExisting !== undefined) builder.appendBoolean('updatedExisting', updatedExisting);
    if (upserted) builder.append('upserted', upserted);
    builder.close();
    const shown =
      value && projection
        ? reshapeBy(projection, readFilter(args, 'query', [...settings.variables.keys()]), settings)(value)
        : value;
    return builder
      .append('value', shown ? documentValue(shown) : NULL_VALUE)
      .appendDouble('ok', 1)
      .finish();
  },
};

function checkOptions({ args }: CommandRequest, remove: boolean): void {
  if (remove && args.has('update')) {
    throw storeErrors.FailedToParse('Cannot specify both an update and remove=true');
  }
  if (remove && args.boolean('upsert')) {
    throw storeErrors.FailedToParse('Cannot specify both upsert=true and remove=true');
  }
  if (remove && args.boolean('new')) {
    throw storeErrors.FailedToParse(
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  }
  if (!remove && !args.has('update')) {
    throw storeErrors.FailedToParse('Either an update or remove=true must be specified');
  }
}

function removeOne(
  { args, database }: CommandRequest,
  { catalog, environment }: StoreContext,
  settings: CommandSettings,
): Modification {
  const collection = catalog.find(
    database,
    args.string('findandmodify') ?? args.requiredString('findAndModify'),
  );
  const filter = readFilter(args, 'query', [...settings.variables.keys()]);
  const sort = readSort(args, 'sort');
  if (!collection) return { value: undefined, n: 0 };
  const [match] = findMatches(environment, collection, {
    filter,
    sort,
    settings: args.has('let') ? settings : undefined,
    hint: readHint(args, collection),
    limit: 1,
  });
  if (!match) return { value: undefined, n: 0 };
  collection.remove(match.recordId, match.document);
  return { value: match.document, n: 1 };
}

function updateOne(
  { args, database }: CommandRequest,
  context: StoreContext,
  settings: CommandSettings,
): Modification {
  const { catalog, environment } = context;
  const name = args.string('findandmodify') ?? args.requiredString('findAndModify');
  const filter = readFilter(args, 'query', [...settings.variables.keys()]);
  const sort = readSort(args, 'sort');
  const update = readUpdate(args, 'update', args.document('let'));
  const wantsNew = args.boolean('new');
  const options = { now: settings.now, bypassValidation: args.boolean('bypassDocumentValidation') };
  let collection = catalog.find(database, name);
  const [match] = collection
    ? findMatches(environment, collection, {
        filter,
        sort,
        settings: args.has('let') ? settings : undefined,
        hint: readHint(args, collection),
        limit: 1,
      })
    : [];
  if (collection && match) {
    const after = applyUpdate(collection, match, update, filter, options);
    return { value: wantsNew ? after : match.document, n: 1, updatedExisting: true };
  }
  if (!args.boolean('upsert')) return { value: undefined, n: 0, updatedExisting: false };
  collection ??= catalog.findOrCreate(database, name);
  const { id, document } = insertUpsert(collection, filter, update, options);
  return { value: wantsNew ? document : undefined, n: 1, updatedExisting: false, upserted: id };
}
