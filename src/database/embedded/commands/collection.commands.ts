import { deserialize, type UUID } from 'bson';
import { DocumentBuilder } from '../bson/document-builder.js';
import { describeIndex } from '../index/index-spec.js';
import { ArrayStream } from '../cursor/document-stream.js';
import { firstBatchReply } from '../cursor/cursor-reply.js';
import { compileFilter } from '../query/filter.js';
import { Collection } from '../storage/collection.js';
import type { View } from '../storage/view-catalog.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

/** The `cursor: {batchSize}` of a command that answers a cursor. */
export function cursorBatchSize(args: Arguments): number | undefined {
  const size = args.value('cursor') && args.document('cursor');
  const batchSize: unknown = size && deserialize(size)['batchSize'];
  return typeof batchSize === 'number' ? batchSize : undefined;
}

const dropCommand: Command = {
  name: 'drop',
  fields: [],
  async run({ args, database }, { catalog, environment, cursors, purger }) {
    const name = args.requiredString('drop');
    const dropped = await environment.writes.enqueue(() => {
      const view = catalog.views.find(database, name);
      if (view) {
        catalog.views.drop(view);
        return view;
      }
      const collection = catalog.find(database, name);
      if (collection) catalog.drop(collection);
      return collection;
    });
    if (!dropped) return BSON.ok;
    if (!(dropped instanceof Collection)) return BSON.reply({ ns: `${database}.${name}` });
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
      const views = catalog.views.inDatabase(database);
      for (const collection of collections) catalog.drop(collection);
      for (const view of views) catalog.views.drop(view);
      return [...collections, ...views];
    });
    for (const { name } of dropped) cursors.closeNamespace(`${database}.${name}`);
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
    const collections = await environment.writes.enqueue(() => [
      ...catalog.inDatabase(database).map((collection) => ({
        name: collection.name,
        document: describeCollection(collection, catalog.uuidOf(collection), nameOnly),
      })),
      ...catalog.views
        .inDatabase(database)
        .map((view) => ({ name: view.name, document: describeView(view, nameOnly) })),
    ]);
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

function describeCollection(collection: Collection, uuid: UUID, nameOnly: boolean): Buffer {
  const builder = new DocumentBuilder()
    .appendString('name', collection.name)
    .appendString('type', 'collection');
  if (nameOnly) return builder.finish();
  builder
    .appendDocument('options', collection.options)
    .openDocument('info')
    .appendBoolean('readOnly', false)
    .appendJs('uuid', uuid)
    .close();
  // A clustered collection has no index of its own on _id.
  if (collection.rules.clusteredName === undefined) {
    builder.appendDocument('idIndex', describeIndex(collection.idIndex.spec));
  }
  return builder.finish();
}

function describeView({ name, viewOn, pipeline }: View, nameOnly: boolean): Buffer {
  const builder = new DocumentBuilder().appendString('name', name).appendString('type', 'view');
  if (nameOnly) return builder.finish();
  return builder
    .openDocument('options')
    .appendString('viewOn', viewOn)
    .appendArray('pipeline', pipeline)
    .close()
    .openDocument('info')
    .appendBoolean('readOnly', true)
    .close()
    .finish();
}

const listDatabasesCommand: Command = {
  name: 'listDatabases',
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  adminOnly: true,
  async run({ args }, { catalog, environment }) {
    const filterBytes = args.document('filter');
    const filter = filterBytes && compileFilter(filterBytes);
    const names = await environment.writes.enqueue(() => catalog.databases());
    const nameOnly = args.boolean('nameOnly');
    const databases = names
      .map((name) => (nameOnly ? { name } : { name, sizeOnDisk: 0, empty: false }))
      .filter((entry) => !filter || filter.matches(BSON.reply(entry)));
    return BSON.reply({ databases, ...(!nameOnly && { totalSize: 0 }) });
  },
};

export const collectionCommands: readonly Command[] = [
  dropCommand,
  dropDatabaseCommand,
  listCollectionsCommand,
  listDatabasesCommand,
];

export function missingNamespace(namespace: string): Error {
  return storeErrors.NamespaceNotFound(`ns does not exist: ${namespace}`);
}

export function namespaceExists(database: string, name: string): Error {
  return storeErrors.NamespaceExists(
    `namespace ${database}.${name} already exists, but with different options`,
  );
}
