import { createHash } from 'node:crypto';
import { UUID } from 'bson';
import { Index } from '../index/index.js';
import { idIndexSpec, type IndexSpec } from '../index/index-spec.js';
import { storeErrors } from '../store.errors.js';
import { numberBytes, readNumber } from './catalog-number.js';
import { decodeCollection, encodeCollection } from './catalog-record.js';
import { checkName } from './collection-name.js';
import { Collection, type CollectionJournal } from './collection.js';
import type { Environment } from './environment.js';
import { afterPrefix } from './key-space.js';
import { prepareFormat, raiseFormat, readUuidSeed } from './store-format.js';
import { ViewCatalog } from './view-catalog.js';

const NEXT_ID_KEY = Buffer.from('next-id');
const COLLECTION_PREFIX = Buffer.from('collection/');
const COUNT_PREFIX = Buffer.from('count/');
const PURGE_PREFIX = Buffer.from('purge/');
/** What collections are called that `$out` is still filling; those a crash leaves are dropped at the next start. */
export const OUTPUT_PREFIX = 'tmp.agg_out.';
export const NO_OPTIONS = Buffer.from([5, 0, 0, 0, 0]);

/** Rows that no longer belong to anything: a dropped collection's documents, a dropped index's entries. */
export interface PurgeTask {
  readonly rows: 'documents' | 'entries';
  readonly id: number;
}

/**
 * Which collections and indexes there are: kept in memory, written through to LMDB in the statement that changes it, and
 * taken back when that statement's transaction fails. Its methods that change anything run inside statements only.
 */
export class Catalog implements CollectionJournal {
  private readonly collections = new Map<string, Collection>();
  readonly views: ViewCatalog;
  private readonly changedCounts = new Set<Collection>();
  private readonly changedTraits = new Set<Collection>();
  private nextId: number;
  private readonly uuidSeed: Buffer;

  constructor(private readonly environment: Environment) {
    environment.writes.beforeCommit = () => this.writeCounts();
    this.views = new ViewCatalog(environment);
    this.uuidSeed = readUuidSeed(environment);
    this.nextId = readNumber(environment.catalog.getBinary(NEXT_ID_KEY)) ?? 1;
    for (const bytes of this.valuesUnder(COLLECTION_PREFIX)) this.load(bytes);
  }

  /** @throws Error when a newer version of the store wrote the directory. */
  static async open(environment: Environment): Promise<Catalog> {
    await prepareFormat(environment);
    return new Catalog(environment);
  }

  /** @throws StoreError CommandNotSupportedOnView (166): who serves views looks in {@link views} first. */
  find(database: string, name: string): Collection | undefined {
    const namespace = `${database}.${name}`;
    const collection = this.collections.get(namespace);
    if (!collection && this.views.find(database, name)) {
      throw storeErrors.CommandNotSupportedOnView(`Namespace ${namespace} is a view, not a collection`);
    }
    return collection;
  }

  databases(): string[] {
    const all = [...this.collections.values(), ...this.views.all()];
    return [...new Set(all.map(({ database }) => database))].toSorted();
  }

  /** Stays the same when the collection is renamed, as in MongoDB. */
  uuidOf({ id }: Collection): UUID {
    const digest = createHash('sha256').update(this.uuidSeed).update(String(id)).digest().subarray(0, 16);
    digest[6] = (digest[6]! & 0x0f) | 0x40;
    digest[8] = (digest[8]! & 0x3f) | 0x80;
    return new UUID(digest);
  }

  all(): Collection[] {
    return [...this.collections.values()];
  }

  inDatabase(database: string): Collection[] {
    return this.all().filter((collection) => collection.database === database);
  }

  findOrCreate(database: string, name: string): Collection {
    return this.find(database, name) ?? this.create(database, name, NO_OPTIONS);
  }

  create(database: string, name: string, options: Uint8Array): Collection {
    checkName(database, name);
    if (options.length > NO_OPTIONS.length) raiseFormat(this.environment);
    const collection = new Collection(this.takeId(), database, name, options, this.environment, this);
    collection.indexes = [new Index(this.takeId(), idIndexSpec())];
    this.collections.set(collection.namespace, collection);
    this.environment.writes.onRollback(() => this.collections.delete(collection.namespace));
    this.save(collection);
    return collection;
  }

  drop(collection: Collection): void {
    this.collections.delete(collection.namespace);
    this.environment.writes.onRollback(() => this.collections.set(collection.namespace, collection));
    this.environment.catalog.removeSync(numbered(COLLECTION_PREFIX, collection.id));
    this.environment.catalog.removeSync(numbered(COUNT_PREFIX, collection.id));
    this.schedulePurge({ rows: 'documents', id: collection.id });
    for (const index of collection.indexes) this.schedulePurge({ rows: 'entries', id: index.id });
  }

  /**
   * Gives a collection another name, in place of whatever has it. The collection of that name is a new object: statements
   * look it up by name, and builds of indexes end.
   */
  rename(collection: Collection, database: string, name: string): Collection {
    checkName(database, name);
    const before = this.find(database, name);
    if (before) this.drop(before);
    const { id, options, indexes, count } = collection;
    const renamed = new Collection(id, database, name, options, this.environment, this);
    renamed.indexes = indexes.filter((index) => index.ready);
    for (const index of indexes) if (!index.ready) this.schedulePurge({ rows: 'entries', id: index.id });
    renamed.count = count;
    this.collections.delete(collection.namespace);
    this.collections.set(renamed.namespace, renamed);
    this.environment.writes.onRollback(() => {
      this.collections.delete(renamed.namespace);
      this.collections.set(collection.namespace, collection);
    });
    this.save(renamed);
    this.countChanged(renamed);
    return renamed;
  }

  addIndex(collection: Collection, spec: IndexSpec, ready: boolean): Index {
    const index = new Index(this.takeId(), spec);
    index.ready = ready;
    this.setIndexes(collection, [...collection.indexes, index]);
    return index;
  }

  markReady(collection: Collection, index: Index): void {
    index.ready = true;
    this.environment.writes.onRollback(() => (index.ready = false));
    this.save(collection);
  }

  changeOptions(collection: Collection, options: Uint8Array): void {
    const before = collection.options;
    collection.options = options;
    this.environment.writes.onRollback(() => (collection.options = before));
    raiseFormat(this.environment);
    this.save(collection);
  }

  /** Puts another spec in the place of an index's, one that gives documents the same entries. */
  changeIndex(collection: Collection, index: Index, spec: IndexSpec): void {
    const changed = new Index(index.id, spec);
    changed.traits = index.traits;
    changed.ready = index.ready;
    this.setIndexes(
      collection,
      collection.indexes.map((other) => (other === index ? changed : other)),
    );
  }

  dropIndex(collection: Collection, index: Index): void {
    this.setIndexes(
      collection,
      collection.indexes.filter((other) => other !== index),
    );
    this.schedulePurge({ rows: 'entries', id: index.id });
  }

  /** What is still to be purged, also from before a restart. */
  purgeTasks(): PurgeTask[] {
    return this.valuesUnder(PURGE_PREFIX).map((bytes) => JSON.parse(bytes.toString()) as PurgeTask);
  }

  purged(task: PurgeTask): void {
    this.environment.catalog.removeSync(numbered(PURGE_PREFIX, task.id));
  }

  /** How many documents a reader sees: `collection.count` is ahead of it while a transaction is being synced to disk. */
  committedCount({ id }: Collection): number {
    return readNumber(this.environment.catalog.getBinary(numbered(COUNT_PREFIX, id))) ?? 0;
  }

  countChanged(collection: Collection): void {
    const { count } = collection;
    this.environment.writes.onRollback(() => (collection.count = count));
    this.changedCounts.add(collection);
  }

  traitsChanged(collection: Collection, index: Index): void {
    const { traits } = index;
    this.environment.writes.onRollback(() => (index.traits = traits));
    this.changedTraits.add(collection);
  }

  private setIndexes(collection: Collection, indexes: readonly Index[]): void {
    const before = collection.indexes;
    if (indexes.some(({ spec }) => spec.prepareUnique)) raiseFormat(this.environment);
    collection.indexes = indexes;
    this.environment.writes.onRollback(() => (collection.indexes = before));
    this.save(collection);
  }

  private save(collection: Collection): void {
    this.environment.catalog.putSync(
      numbered(COLLECTION_PREFIX, collection.id),
      encodeCollection(collection),
    );
  }

  private writeCounts(): void {
    for (const collection of this.changedTraits) if (this.isCurrent(collection)) this.save(collection);
    this.changedTraits.clear();
    for (const collection of this.changedCounts) {
      if (this.isCurrent(collection)) {
        this.environment.catalog.putSync(
          numbered(COUNT_PREFIX, collection.id),
          numberBytes(collection.count),
        );
      }
    }
    this.changedCounts.clear();
  }

  private isCurrent(collection: Collection): boolean {
    return this.collections.get(collection.namespace) === collection;
  }

  private load(bytes: Buffer): void {
    const record = decodeCollection(bytes);
    const { id, database, name, options } = record;
    const collection = new Collection(id, database, name, options, this.environment, this);
    collection.indexes = record.indexes;
    collection.count = this.committedCount(collection);
    this.collections.set(collection.namespace, collection);
  }

  private schedulePurge(task: PurgeTask): void {
    this.environment.catalog.putSync(numbered(PURGE_PREFIX, task.id), Buffer.from(JSON.stringify(task)));
  }

  /** Ids are never used twice, so a purge that is still running cannot meet rows of a new collection. */
  private takeId(): number {
    const id = this.nextId;
    this.nextId += 1;
    this.environment.catalog.putSync(NEXT_ID_KEY, numberBytes(this.nextId));
    return id;
  }

  private valuesUnder(prefix: Buffer): Buffer[] {
    return [...this.environment.catalog.getRange({ start: prefix, end: afterPrefix(prefix) })].map(
      (entry) => entry.value,
    );
  }
}

function numbered(prefix: Buffer, id: number): Buffer {
  return Buffer.concat([prefix, Buffer.from(String(id).padStart(10, '0'))]);
}
