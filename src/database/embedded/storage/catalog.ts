import { createHash, randomBytes } from 'node:crypto';
import { UUID } from 'bson';
import { Index } from '../index/index.js';
import { idIndexSpec, type IndexSpec } from '../index/index-spec.js';
import { storeErrors } from '../store.errors.js';
import { decodeCollection, encodeCollection } from './catalog-record.js';
import { Collection, type CollectionJournal } from './collection.js';
import type { Environment } from './environment.js';
import { afterPrefix } from './key-space.js';
import { decodeView, encodeView, type View } from './view.js';

/** Raised when what stands on disk changes in a way that older versions would misread. */
export const FORMAT_VERSION = 2;
/** What a directory is written in until it holds what came later: views, and collections with options (2). */
const FIRST_FORMAT = 1;

const FORMAT_KEY = Buffer.from('format');
/** What the UUIDs of collections are made of, together with their ids. */
const SEED_KEY = Buffer.from('uuid-seed');
const NEXT_ID_KEY = Buffer.from('next-id');
const COLLECTION_PREFIX = Buffer.from('collection/');
const COUNT_PREFIX = Buffer.from('count/');
const VIEW_PREFIX = Buffer.from('view/');
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
  private readonly views = new Map<string, View>();
  private readonly changedCounts = new Set<Collection>();
  private readonly changedTraits = new Set<Collection>();
  private nextId: number;
  private readonly uuidSeed: Buffer;

  constructor(private readonly environment: Environment) {
    environment.writes.beforeCommit = () => this.writeCounts();
    this.uuidSeed = Buffer.from(environment.catalog.getBinary(SEED_KEY) ?? []);
    this.nextId = readNumber(environment.catalog.getBinary(NEXT_ID_KEY)) ?? 1;
    for (const bytes of this.valuesUnder(COLLECTION_PREFIX)) this.load(bytes);
    for (const bytes of this.valuesUnder(VIEW_PREFIX)) {
      const view = decodeView(bytes);
      this.views.set(`${view.database}.${view.name}`, view);
    }
  }

  /** @throws Error when a newer version of the store wrote the directory. */
  static async open(environment: Environment): Promise<Catalog> {
    const version = readNumber(environment.catalog.getBinary(FORMAT_KEY));
    if (version !== undefined && version > FORMAT_VERSION) {
      throw new Error(
        `${environment.directory} is in format ${version} of the embedded store, but this version reads formats up to ${FORMAT_VERSION}`,
      );
    }
    const hasSeed = environment.catalog.getBinary(SEED_KEY) !== undefined;
    if (version === undefined || !hasSeed) {
      await environment.writes.enqueue(() => {
        if (version === undefined) environment.catalog.putSync(FORMAT_KEY, numberBytes(FIRST_FORMAT));
        if (!hasSeed) environment.catalog.putSync(SEED_KEY, randomBytes(16));
      });
    }
    return new Catalog(environment);
  }

  /** @throws StoreError CommandNotSupportedOnView (166): who serves views asks for {@link findView} first. */
  find(database: string, name: string): Collection | undefined {
    const namespace = `${database}.${name}`;
    const collection = this.collections.get(namespace);
    if (!collection && this.views.has(namespace)) {
      throw storeErrors.CommandNotSupportedOnView(`Namespace ${namespace} is a view, not a collection`);
    }
    return collection;
  }

  findView(database: string, name: string): View | undefined {
    return this.views.size === 0 ? undefined : this.views.get(`${database}.${name}`);
  }

  viewsIn(database: string): View[] {
    return [...this.views.values()].filter((view) => view.database === database);
  }

  databases(): string[] {
    const all = [...this.collections.values(), ...this.views.values()];
    return [...new Set(all.map(({ database }) => database))].toSorted();
  }

  /** Puts a view in its place, new or changed. */
  saveView(view: View): void {
    checkName(view.database, view.name);
    const namespace = `${view.database}.${view.name}`;
    const before = this.views.get(namespace);
    this.views.set(namespace, view);
    this.environment.writes.onRollback(() => {
      if (before) this.views.set(namespace, before);
      else this.views.delete(namespace);
    });
    this.raiseFormat();
    this.environment.catalog.putSync(viewKey(view), encodeView(view));
  }

  dropView(view: View): void {
    const namespace = `${view.database}.${view.name}`;
    this.views.delete(namespace);
    this.environment.writes.onRollback(() => this.views.set(namespace, view));
    this.environment.catalog.removeSync(viewKey(view));
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
    if (options.length > NO_OPTIONS.length) this.raiseFormat();
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
    this.raiseFormat();
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

  /** From now on a version of the store that knows less refuses the directory. */
  private raiseFormat(): void {
    this.environment.catalog.putSync(FORMAT_KEY, numberBytes(FORMAT_VERSION));
  }

  private setIndexes(collection: Collection, indexes: readonly Index[]): void {
    const before = collection.indexes;
    if (indexes.some(({ spec }) => spec.prepareUnique)) this.raiseFormat();
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

/** @throws StoreError InvalidNamespace (73). */
export function checkName(database: string, name: string): void {
  if (
    name === '' ||
    name.includes('\0') ||
    name.includes('$') ||
    name.startsWith('.') ||
    name.endsWith('.')
  ) {
    throw storeErrors.InvalidNamespace(`Invalid collection name: ${name}`);
  }
  if (name.startsWith('system.')) {
    throw storeErrors.InvalidNamespace(`Invalid system namespace: ${database}.${name}`);
  }
  if (Buffer.byteLength(`${database}.${name}`) > 255) {
    throw storeErrors.InvalidNamespace(
      `Fully qualified namespace is too long. Namespace: ${database}.${name} Max: 255`,
    );
  }
}

/** A digest: LMDB's keys are shorter than a namespace may be. */
function viewKey({ database, name }: View): Buffer {
  return Buffer.concat([VIEW_PREFIX, createHash('sha256').update(`${database}.${name}`).digest()]);
}

function numbered(prefix: Buffer, id: number): Buffer {
  return Buffer.concat([prefix, Buffer.from(String(id).padStart(10, '0'))]);
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

function readNumber(bytes: Buffer | undefined): number | undefined {
  return bytes?.readDoubleBE(0);
}
