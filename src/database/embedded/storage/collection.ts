import { getField } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { DocumentEntries } from '../index/document-entries.js';
import type { Index } from '../index/index.js';
import { CappedSpace } from './capped-space.js';
import { rulesOf, type CollectionRules } from './collection-rules.js';
import { duplicateKey } from './duplicate-key.js';
import type { Environment } from './environment.js';
import { afterPrefix, documentKey, RECORD_ID_BYTES, recordIdBytes, recordIdOf } from './key-space.js';

const NOTHING = Buffer.alloc(0);

/** How a collection tells the catalog of what must be kept of it. */
export interface CollectionJournal {
  countChanged(collection: Collection): void;
  traitsChanged(collection: Collection, index: Index): void;
}

/**
 * One collection's documents and index entries. Reads may happen at any time; writes only inside a statement of the
 * write queue, and each checks all its unique keys before it writes anything.
 */
export class Collection {
  indexes: readonly Index[] = [];
  count = 0;
  rules: CollectionRules;
  private currentOptions: Uint8Array;
  private readonly space: CappedSpace | undefined;
  private nextRecordId: number | undefined;
  private documentEntries: DocumentEntries | undefined;

  constructor(
    readonly id: number,
    readonly database: string,
    readonly name: string,
    /** The options given to `create`, as `listCollections` tells them. */
    options: Uint8Array,
    private readonly environment: Environment,
    private readonly journal: CollectionJournal,
  ) {
    this.rules = rulesOf(options);
    this.currentOptions = options;
    this.space = this.rules.capped && new CappedSpace(environment, this);
  }

  get options(): Uint8Array {
    return this.currentOptions;
  }

  /** Only the catalog changes options, since it keeps them. A collection stays capped or not. */
  set options(options: Uint8Array) {
    this.rules = rulesOf(options);
    this.currentOptions = options;
  }

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  get idIndex(): Index {
    return this.indexes[0]!;
  }

  read(recordId: number): Buffer | undefined {
    return this.environment.documents.getBinary(documentKey(this.id, recordId));
  }

  /** The record that holds these values of a unique index. */
  findBy(index: Index, values: readonly BsonValue[]): number | undefined {
    return this.uniqueOwner(index.keyOf(values));
  }

  /** @throws StoreError DuplicateKey (11000), and nothing is written. */
  insert(document: Uint8Array): number {
    const recordId = this.takeRecordId();
    const { capped } = this.rules;
    if (capped) this.space?.checkFits(document, capped);
    const entries = this.entries().ofDocument(document, recordId);
    for (const { index, keys } of entries) this.checkUnique(index, keys, document, undefined);
    this.space?.changed(document.length);
    this.environment.documents.putSync(documentKey(this.id, recordId), document as Buffer);
    for (const { index, keys } of entries) this.putEntries(index, keys, recordId);
    this.addToCount(1);
    if (capped) this.space?.evict(capped);
    return recordId;
  }

  /**
   * @param touchedPaths the paths that may differ, undefined when any may.
   * @throws StoreError DuplicateKey (11000), and nothing is written.
   */
  replace(
    recordId: number,
    before: Uint8Array,
    after: Uint8Array,
    touchedPaths: readonly string[] | undefined,
  ): void {
    const changes = this.entries().ofChange(recordId, before, after, touchedPaths);
    for (const { index, added } of changes) this.checkUnique(index, added, after, recordId);
    for (const { index, added, removed } of changes) {
      this.removeEntries(removed);
      this.putEntries(index, added, recordId);
    }
    this.space?.changed(after.length - before.length);
    this.environment.documents.putSync(documentKey(this.id, recordId), after as Buffer);
  }

  remove(recordId: number, document: Uint8Array): void {
    this.space?.changed(-document.length);
    for (const { keys } of this.entries().ofDocument(document, recordId)) this.removeEntries(keys);
    this.environment.documents.removeSync(documentKey(this.id, recordId));
    this.addToCount(-1);
  }

  /** Adds a document that stands already to an index being built. @throws StoreError DuplicateKey (11000). */
  addToIndex(index: Index, recordId: number, document: Uint8Array): void {
    const keys = this.entries().ofIndex(index, document, recordId);
    this.checkUnique(index, keys, document, recordId);
    this.putEntries(index, keys, recordId);
  }

  private addToCount(difference: number): void {
    this.journal.countChanged(this);
    this.count += difference;
  }

  /** Made anew when the indexes have changed. */
  private entries(): DocumentEntries {
    if (this.documentEntries?.indexes !== this.indexes) {
      this.documentEntries = new DocumentEntries(this.indexes, (index, traits) => {
        this.journal.traitsChanged(this, index);
        index.traits = traits;
      });
    }
    return this.documentEntries;
  }

  private checkUnique(
    index: Index,
    keys: readonly Buffer[],
    document: Uint8Array,
    owner: number | undefined,
  ): void {
    if (!index.spec.unique && !index.spec.prepareUnique) return;
    for (const key of keys) {
      const holder = index.spec.unique ? this.uniqueOwner(key) : this.anotherOwner(key);
      if (holder === undefined || holder === owner) continue;
      const bare = index.spec.unique ? key : key.subarray(0, key.length - RECORD_ID_BYTES);
      throw duplicateKey(this.namespace, index, index.valuesOf(bare, document));
    }
  }

  private uniqueOwner(key: Buffer): number | undefined {
    const value = this.environment.entries.getBinaryFast(key);
    return value && recordIdOf(value, 0);
  }

  /** Another record with this key, in an index that is not unique: there the record's id is the end of each key. */
  private anotherOwner(key: Buffer): number | undefined {
    const prefix = key.subarray(0, key.length - RECORD_ID_BYTES);
    const end = afterPrefix(prefix);
    for (const found of this.environment.entries.getKeys({ start: prefix, end, limit: 2 })) {
      if (found.length === key.length && !found.equals(key))
        return recordIdOf(found, found.length - RECORD_ID_BYTES);
    }
    return undefined;
  }

  private putEntries(index: Index, keys: readonly Buffer[], recordId: number): void {
    for (const key of keys) {
      this.environment.entries.putSync(key, index.spec.unique ? recordIdBytes(recordId) : NOTHING);
    }
  }

  private removeEntries(keys: readonly Buffer[]): void {
    for (const key of keys) this.environment.entries.removeSync(key);
  }

  /** Ids are given in order, so a statement that is rolled back only leaves a gap. */
  private takeRecordId(): number {
    this.nextRecordId ??= this.lastRecordId() + 1;
    const recordId = this.nextRecordId;
    this.nextRecordId += 1;
    return recordId;
  }

  private lastRecordId(): number {
    const [last] = this.environment.documents.getKeys({
      start: documentKey(this.id, 2 ** 48 - 1),
      end: documentKey(this.id, 0),
      reverse: true,
      limit: 1,
    });
    return last === undefined ? 0 : recordIdOf(last, last.length - RECORD_ID_BYTES);
  }
}

/** The `_id` of a stored document: every stored document has one. */
export function idOf(document: Uint8Array): BsonValue {
  return getField(document, '_id')!;
}
