import { deserialize, serialize } from 'bson';
import { describeIndex, parseIndexSpec } from '../index/index-spec.js';
import { Index } from '../index/index.js';
import { documentValue } from '../bson/bson-reader.js';

/** How the catalog keeps one collection. */
export interface CollectionRecord {
  readonly id: number;
  readonly database: string;
  readonly name: string;
  readonly options: Uint8Array;
  readonly indexes: readonly Index[];
}

interface StoredIndex {
  id: number;
  spec: Uint8Array;
  multikey: number[];
  hasLongKeys: boolean;
  ready: boolean;
}

interface StoredCollection {
  id: number;
  database: string;
  name: string;
  options: Uint8Array;
  indexes: StoredIndex[];
}

export function encodeCollection(record: CollectionRecord): Buffer {
  const stored: StoredCollection = {
    id: record.id,
    database: record.database,
    name: record.name,
    options: record.options,
    indexes: record.indexes.map((index) => ({
      id: index.id,
      spec: describeIndex(index.spec),
      multikey: [...index.traits.multikey],
      hasLongKeys: index.traits.hasLongKeys,
      ready: index.ready,
    })),
  };
  return Buffer.from(serialize(stored));
}

export function decodeCollection(bytes: Uint8Array): CollectionRecord {
  const stored = deserialize(bytes, { promoteBuffers: true }) as StoredCollection;
  return { ...stored, indexes: stored.indexes.map((index) => decodeIndex(index)) };
}

function decodeIndex(stored: StoredIndex): Index {
  const spec = parseIndexSpec(documentValue(stored.spec));
  const index = new Index(stored.id, spec.name === '_id_' ? { ...spec, unique: true } : spec);
  index.traits = { multikey: stored.multikey, hasLongKeys: stored.hasLongKeys };
  index.ready = stored.ready;
  return index;
}
