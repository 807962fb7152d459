import { readString } from '../bson/bson-reader.js';
import { elementsOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { ArrayStream } from '../cursor/document-stream.js';
import { firstBatchReply } from '../cursor/cursor-reply.js';
import { awaitBuild, buildIndex } from '../index/index-build.js';
import {
  describeIndex,
  parseIndexSpec,
  parseKeyPattern,
  sameKey,
  type IndexSpec,
} from '../index/index-spec.js';
import type { Index } from '../index/index.js';
import type { Collection } from '../storage/collection.js';
import { locationError, storeErrors } from '../store.errors.js';
import { cursorBatchSize, missingNamespace } from './collection.commands.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

const createIndexesCommand: Command = {
  name: 'createIndexes',
  fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  async run({ args, database }, { catalog, environment, purger }) {
    const name = args.requiredString('createIndexes');
    const values = args.array('indexes') ?? args.missing('indexes');
    if (values.length === 0) throw storeErrors.BadValue('Must specify at least one index to create');
    const specs = values.map((value) => parseIndexSpec(value));
    const created = !catalog.find(database, name);
    const { collection, wanted, before } = await environment.writes.enqueue(() => {
      const target = catalog.findOrCreate(database, name);
      if (target.rules.capped && specs.some(({ expireAfterSeconds }) => expireAfterSeconds !== undefined)) {
        throw storeErrors.CannotCreateIndex('Cannot create TTL index on a capped collection');
      }
      return {
        collection: target,
        before: target.indexes.length,
        wanted: newAmong(specs, target),
      };
    });
    const unfinished = collection.indexes.filter(
      (index) => !index.ready && specs.some((spec) => spec.name === index.spec.name),
    );
    for (const index of unfinished) await awaitBuild(index);
    for (const spec of wanted) await buildIndex({ environment, catalog, purger }, collection, spec);
    return BSON.reply({
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: created,
      ...(wanted.length === 0 && { note: 'all indexes already exist' }),
    });
  },
};

/** The specs that neither the collection nor an earlier one of the list has. */
function newAmong(specs: readonly IndexSpec[], collection: Collection): IndexSpec[] {
  const known = collection.indexes.map((index) => index.spec);
  const wanted: IndexSpec[] = [];
  for (const spec of specs) if (!existsAlready([...known, ...wanted], spec)) wanted.push(spec);
  return wanted;
}

/** @throws StoreError when there is another index of that name or key. */
function existsAlready(known: readonly IndexSpec[], spec: IndexSpec): boolean {
  const named = known.find(({ name }) => name === spec.name);
  const keyed = known.find((other) => sameKey(other, spec) && samePartial(other, spec));
  if (keyed?.name === '_id_') return true;
  if (keyed && sameOptions(keyed, spec)) {
    if (keyed === named) return true;
    throw storeErrors.IndexOptionsConflict(`Index already exists with a different name: ${keyed.name}`);
  }
  if (named) {
    throw storeErrors.IndexKeySpecsConflict(
      `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${spec.name}, existing index: ${named.name}`,
    );
  }
  if (keyed) {
    throw storeErrors.IndexOptionsConflict(
      `An equivalent index already exists with the same name but different options. Requested index: ${spec.name}, existing index: ${keyed.name}`,
    );
  }
  return false;
}

function samePartial(a: IndexSpec, b: IndexSpec): boolean {
  if (!a.partialFilter || !b.partialFilter) return a.partialFilter === b.partialFilter;
  return Buffer.compare(a.partialFilter, b.partialFilter) === 0;
}

function sameOptions(a: IndexSpec, b: IndexSpec): boolean {
  return a.unique === b.unique && a.sparse === b.sparse && a.expireAfterSeconds === b.expireAfterSeconds;
}

const listIndexesCommand: Command = {
  name: 'listIndexes',
  fields: ['cursor', 'includeBuildUUIDs', 'includeIndexBuildInfo'],
  async run({ args, database, deadlineMs }, { catalog, cursors, environment }) {
    const name = args.requiredString('listIndexes');
    // A statement, though it writes nothing: what is listed is on disk by then.
    const documents = await environment.writes.enqueue(() => {
      const collection = catalog.find(database, name);
      if (!collection) throw missingNamespace(`${database}.${name}`);
      return collection.indexes.map((index) => describe(collection, index));
    });
    return firstBatchReply(
      {
        namespace: `${database}.${name}`,
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

/** The index on `_id` of a clustered collection is told as what it stands for. */
function describe({ rules }: Collection, { spec, isIdIndex }: Index): Buffer {
  if (rules.clusteredName === undefined || !isIdIndex) return describeIndex(spec);
  return new DocumentBuilder()
    .appendInt32('v', 2)
    .appendDocument('key', spec.key)
    .appendString('name', rules.clusteredName)
    .appendBoolean('unique', true)
    .appendBoolean('clustered', true)
    .finish();
}

const dropIndexesCommand: Command = {
  name: 'dropIndexes',
  fields: ['index'],
  async run({ args, database }, { catalog, environment, purger }) {
    const name = args.requiredString('dropIndexes');
    const which = args.value('index') ?? args.missing('index');
    const before = await environment.writes.enqueue(() => {
      const collection = catalog.find(database, name);
      if (!collection) throw missingNamespace(`${database}.${name}`);
      const count = collection.indexes.length;
      for (const index of chosen(collection, which)) catalog.dropIndex(collection, index);
      return count;
    });
    purger.wake();
    return BSON.reply({ nIndexesWas: before });
  },
};

function chosen(collection: Collection, which: BsonValue): Index[] {
  if (which.type === BsonType.array) {
    return elementsOf(which).flatMap(({ value }) => chosen(collection, value));
  }
  if (which.type === BsonType.string && readString(which) === '*') {
    return collection.indexes.filter((index) => !index.isIdIndex);
  }
  const { clusteredName } = collection.rules;
  if (which.type === BsonType.string && clusteredName !== undefined && readString(which) === clusteredName) {
    throw locationError(5_979_800, 'It is illegal to drop the clusteredIndex');
  }
  const index = collection.indexes.find((candidate) =>
    which.type === BsonType.string
      ? candidate.spec.name === readString(which)
      : samePattern(candidate, which),
  );
  if (!index) {
    throw storeErrors.IndexNotFound(
      which.type === BsonType.string
        ? `index not found with name [${readString(which)}]`
        : "can't find index with key",
    );
  }
  if (index.isIdIndex) throw storeErrors.InvalidOptions('cannot drop _id index');
  return [index];
}

function samePattern(index: Index, pattern: BsonValue): boolean {
  if (pattern.type !== BsonType.object) return false;
  return sameKey(index.spec, { fields: parseKeyPattern(pattern) });
}

export const indexCommands: readonly Command[] = [
  createIndexesCommand,
  listIndexesCommand,
  dropIndexesCommand,
];
