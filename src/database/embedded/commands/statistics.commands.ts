import { TimeSlice } from '../cursor/time-slice.js';
import { documentKey, afterPrefix } from '../storage/key-space.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

/** Rows measured before others have their turn. */
const STEP = 1_000;

interface Sizes {
  readonly count: number;
  /** Bytes of the documents. */
  readonly size: number;
  /** Bytes of the keys of each index. */
  readonly indexSizes: Record<string, number>;
}

/** Walks the collection and its indexes: sizes are not kept, since they are hardly ever asked for. */
async function measure(environment: Environment, collection: Collection, deadlineMs: number): Promise<Sizes> {
  const slice = new TimeSlice(deadlineMs, () => undefined);
  const { id } = collection;
  const size = await measureRows(environment, 'documents', documentKey(id, 0), documentKey(id + 1, 0), slice);
  const indexSizes: Record<string, number> = {};
  for (const { prefix, spec } of collection.indexes) {
    indexSizes[spec.name] = await measureRows(environment, 'entries', prefix, afterPrefix(prefix), slice);
  }
  return { count: collection.count, size, indexSizes };
}

async function measureRows(
  environment: Environment,
  table: 'documents' | 'entries',
  start: Buffer,
  end: Buffer,
  slice: TimeSlice,
): Promise<number> {
  let bytes = 0;
  for (let after: Buffer | undefined = start, seen = STEP; seen === STEP;) {
    seen = 0;
    const from: Buffer = after ?? start;
    for (const { key, value } of environment[table].getRange({ start: from, end, limit: STEP })) {
      bytes += table === 'documents' ? value.length : key.length + value.length;
      after = key;
      seen += 1;
    }
    if (seen === STEP) after = Buffer.concat([after ?? start, Buffer.of(0)]);
    await slice.rest();
  }
  return bytes;
}

const total = (sizes: Record<string, number>): number =>
  Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);

const collStatsCommand: Command = {
  name: 'collStats',
  fields: ['scale'],
  async run({ args, database, deadlineMs }, { catalog, environment }) {
    const name = args.requiredString('collStats');
    const scale = scaleOf(args.integer('scale'));
    const collection = catalog.find(database, name);
    const { count, size, indexSizes } = collection
      ? await measure(environment, collection, deadlineMs)
      : { count: 0, size: 0, indexSizes: {} };
    const capped = collection?.rules.capped;
    const scaled = (bytes: number): number => Math.trunc(bytes / scale);
    const indexSize = total(indexSizes);
    return BSON.reply({
      ns: `${database}.${name}`,
      size: scaled(size),
      count,
      ...(count > 0 && { avgObjSize: Math.trunc(size / count) }),
      storageSize: scaled(size),
      capped: capped !== undefined,
      ...(capped && { maxSize: scaled(capped.size), max: Number.isFinite(capped.max) ? capped.max : 0 }),
      nindexes: collection?.indexes.length ?? 0,
      indexBuilds: collection?.indexes.filter((index) => !index.ready).map(({ spec }) => spec.name) ?? [],
      totalIndexSize: scaled(indexSize),
      totalSize: scaled(size + indexSize),
      indexSizes: Object.fromEntries(Object.entries(indexSizes).map(([key, bytes]) => [key, scaled(bytes)])),
      scaleFactor: scale,
    });
  },
};

const dbStatsCommand: Command = {
  name: 'dbStats',
  fields: ['scale', 'freeStorage'],
  async run({ args, database, deadlineMs }, { catalog, environment }) {
    const scale = scaleOf(args.integer('scale'));
    const collections = catalog.inDatabase(database);
    let objects = 0;
    let dataSize = 0;
    let indexSize = 0;
    for (const collection of collections) {
      const sizes = await measure(environment, collection, deadlineMs);
      objects += sizes.count;
      dataSize += sizes.size;
      indexSize += total(sizes.indexSizes);
    }
    return BSON.reply({
      db: database,
      collections: collections.length,
      views: catalog.views.inDatabase(database).length,
      objects,
      avgObjSize: objects === 0 ? 0 : dataSize / objects,
      dataSize: dataSize / scale,
      storageSize: dataSize / scale,
      indexes: collections.reduce((sum, { indexes }) => sum + indexes.length, 0),
      indexSize: indexSize / scale,
      totalSize: (dataSize + indexSize) / scale,
      scaleFactor: scale,
    });
  },
};

const dataSizeCommand: Command = {
  name: 'dataSize',
  fields: ['keyPattern', 'min', 'max', 'estimate'],
  async run({ args, deadlineMs }, { catalog, environment }) {
    args.refuse('keyPattern', 'min', 'max');
    const namespace = args.requiredString('dataSize');
    const started = performance.now();
    const collection = catalog.all().find((each) => each.namespace === namespace);
    const { count, size } = collection
      ? await measure(environment, collection, deadlineMs)
      : { count: 0, size: 0 };
    const millis = Math.round(performance.now() - started);
    return BSON.reply({ size, numObjects: count, millis, estimate: false });
  },
};

function scaleOf(scale: number | undefined): number {
  return scale === undefined || scale < 1 ? 1 : scale;
}

/** What tools show of collections and databases. Sizes are of documents and keys, not of the file. */
export const statisticsCommands: readonly Command[] = [collStatsCommand, dbStatsCommand, dataSizeCommand];
