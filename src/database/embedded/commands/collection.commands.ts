import { deserialize } from 'bson';
import { DocumentBuilder } from '../bson/document-builder.js';
import { describeIndex } from '../index/index-spec.js';
import { ArrayStream } from '../cursor/document-stream.js';
import { firstBatchReply } from '../cursor/cursor-reply.js';
import { compileFilter } from '../query/filter.js';
import type { Collection } from '../storage/collection.js';
import { NO_OPTIONS } from '../storage/catalog.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { refuseCollation } from './compiled.js';
import { BSON } from './reply.js';

/** The `cursor: {batchSize}` of a command that answers a cursor. */
export function cursorBatchSize(args: Arguments): number | undefined {
  const size = args.value('cursor') && args.document('cursor');
  const batchSize: unknown = size && deserialize(size)['batchSize'];
  return typeof batchSize === 'number' ? batchSize : undefined;
}

const createCommand: Command = {
  name: 'create',
  fields: [
    'capped',
    'size',
    'max',
    'validator',
    'validationLevel',
    'validationAction',
    'viewOn',
    'pipeline',
    'collation',
    'timeseries',
    'expireAfterSeconds',
    'clusteredIndex',
    'changeStreamPreAndPostImages',
    'encryptedFields',
    'storageEngine',
    'indexOptionDefaults',
    'autoIndexId',
    'idIndex',
  ],
  async run({ args, database }, { catalog, environment }) {
    const name = args.requiredString('create');
    refuseCollation(args);
    args.refuse(
      'capped',
      'validator',
      'validationLevel',
      'validationAction',
      'viewOn',
      'pipeline',
      'timeseries',
      'expireAfterSeconds',
      'clusteredIndex',
      'changeStreamPreAndPostImages',
      'encryptedFields',
      'storageEngine',
    );
    if (args.has('size') || args.has('max')) {
      throw storeErrors.InvalidOptions(
        "the 'capped' field needs to be true when either the 'size' or 'max' fields are present",
      );
    }
    await environment.writes.enqueue(() => {
      if (!catalog.find(database, name)) catalog.create(database, name, NO_OPTIONS);
    });
    return BSON.ok;
  },
};

const dropCommand: Command = {
  name: 'drop',
  fields: [],
  async run({ args, database }, { catalog, environment, cursors, purger }) {
    const name = args.requiredString('drop');
    const dropped = await environment.writes.enqueue(() => {
      const collection = catalog.find(database, name);
      if (collection) catalog.drop(collection);
      return collection;
    });
    if (!dropped) return BSON.ok;
    cursors.closeNamespace(dropped.namespace);
    purger.wake();
    return BSON.reply({ nIndexesWas: dropped.indexes.length, ns: dropped.namespace });
  },
};

const dropDatabaseCommand: Command = {
  name: 'dropDatabase',
  fields: [],
  async run({ database }, { catalog, environment, cursors, purger }) {
    const dropped = await environment.writes.enqueue(() => {
      const collections = catalog.inDatabase(database);
      for (const collection of collections) catalog.drop(collection);
      return collections;
    });
    for (const { namespace } of dropped) cursors.closeNamespace(namespace);
    purger.wake();
    return dropped.length === 0 ? BSON.ok : BSON.reply({ dropped: database });
  },
};

const listCollectionsCommand: Command = {
  name: 'listCollections',
  fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  async run({ args, database, deadlineMs }, { catalog, cursors, environment }) {
    const filterBytes = args.document('filter');
    const filter = filterBytes && compileFilter(filterBytes);
    const nameOnly = args.boolean('nameOnly');
    // A statement, though it writes nothing: what is listed is on disk by then.
    const collections = await environment.writes.enqueue(() =>
      catalog.inDatabase(database).map((collection) => ({
        name: collection.name,
        document: describeCollection(collection, nameOnly),
      })),
    );
    const documents = collections
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ document }) => document)
      .filter((document) => !filter || filter.matches(document));
    return firstBatchReply(
      {
        namespace: `${database}.$cmd.listCollections`,
        stream: new ArrayStream(documents),
        field: 'firstBatch',
        most: cursorBatchSize(args) ?? Number.POSITIVE_INFINITY,
        single: false,
        deadlineMs,
      },
      cursors,
    );
  },
};

function describeCollection(collection: Collection, nameOnly: boolean): Buffer {
  const builder = new DocumentBuilder()
    .appendString('name', collection.name)
    .appendString('type', 'collection');
  if (nameOnly) return builder.finish();
  return builder
    .appendDocument('options', collection.options)
    .openDocument('info')
    .appendBoolean('readOnly', false)
    .close()
    .appendDocument('idIndex', describeIndex(collection.idIndex.spec))
    .finish();
}

const listDatabasesCommand: Command = {
  name: 'listDatabases',
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  adminOnly: true,
  async run({ args }, { catalog, environment }) {
    const filterBytes = args.document('filter');
    const filter = filterBytes && compileFilter(filterBytes);
    const databaseNames = await environment.writes.enqueue(() =>
      catalog.all().map((collection) => collection.database),
    );
    const names = [...new Set(databaseNames)].toSorted();
    const nameOnly = args.boolean('nameOnly');
    const databases = names
      .map((name) => (nameOnly ? { name } : { name, sizeOnDisk: 0, empty: false }))
      .filter((entry) => !filter || filter.matches(BSON.reply(entry)));
    return BSON.reply({ databases, ...(!nameOnly && { totalSize: 0 }) });
  },
};

export const collectionCommands: readonly Command[] = [
  createCommand,
  dropCommand,
  dropDatabaseCommand,
  listCollectionsCommand,
  listDatabasesCommand,
];

export function missingNamespace(namespace: string): Error {
  return storeErrors.NamespaceNotFound(`ns does not exist: ${namespace}`);
}
