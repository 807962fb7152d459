import { getField } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import type { Index, IndexEntry, IndexTraits } from '../index/index.js';
import { duplicateKey } from './duplicate-key.js';
import type { Environment } from './environment.js';
import { documentKey, RECORD_ID_BYTES, recordIdBytes, recordIdOf } from './key-space.js';

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
  private nextRecordId: number | undefined;

  constructor(
    readonly id: number,
    readonly database: string,
    readonly name: string,
    /** The options given to `create`, as `listCollections` tells them. */
    readonly options: Uint8Array,
    private readonly environment: Environment,
    private readonly journal: CollectionJournal,
  ) {}

  get namespace(): string {
    return `${this.database}.${this.name}`;
  }

  get idIndex(): Index {
    return this.indexes[0]!;
  }

  read(recordId: number): Buffer | undefined {
    return this.environment.documents.getBinary(documentKey(this.id, recordId));
  }

  /** The record that holds this `_id`. */
  findId(id: BsonValue): number | undefined {
    return this.uniqueOwner(this.idIndex.keyOf([id]));
  }

  /** @throws StoreError DuplicateKey (11000), and nothing is written. */
  insert(document: Uint8Array): number {
    const planned = this.indexes.map((index) => ({ index, entries: this.entriesOf(index, document) }));
    for (const { index, entries } of planned) this.checkUnique(index, entries, undefined);
    const recordId = this.takeRecordId();
    this.environment.documents.putSync(documentKey(this.id, recordId), document as Buffer);
    for (const { index, entries } of planned) this.putEntries(index, entries, recordId);
    this.addToCount(1);
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
    const changes = this.indexes
      .filter((index) => index.concerns(touchedPaths))
      .map((index) => entryChanges(index, this.entriesOf(index, before), this.entriesOf(index, after)));
    for (const { index, added } of changes) this.checkUnique(index, added, recordId);
    for (const { index, added, removed } of changes) {
      this.removeEntries(index, removed, recordId);
      this.putEntries(index, added, recordId);
    }
    this.environment.documents.putSync(documentKey(this.id, recordId), after as Buffer);
  }

  remove(recordId: number, document: Uint8Array): void {
    for (const index of this.indexes) this.removeEntries(index, this.entriesOf(index, document), recordId);
    this.environment.documents.removeSync(documentKey(this.id, recordId));
    this.addToCount(-1);
  }

  /** Adds a document that stands already to an index being built. @throws StoreError DuplicateKey (11000). */
  addToIndex(index: Index, recordId: number, document: Uint8Array): void {
    const entries = this.entriesOf(index, document);
    this.checkUnique(index, entries, recordId);
    this.putEntries(index, entries, recordId);
  }

  private addToCount(difference: number): void {
    this.journal.countChanged(this);
    this.count += difference;
  }

  private entriesOf(index: Index, document: Uint8Array): IndexEntry[] {
    return index.entriesOf(document, (traits: IndexTraits) => {
      this.journal.traitsChanged(this, index);
      index.traits = traits;
    });
  }

  private checkUnique(index: Index, entries: readonly IndexEntry[], owner: number | undefined): void {
    if (!index.spec.unique) return;
    for (const { key, values } of entries) {
      const holder = this.uniqueOwner(key);
      if (holder !== undefined && holder !== owner) throw duplicateKey(this.namespace, index, values);
    }
  }

  private uniqueOwner(key: Buffer): number | undefined {
    const value = this.environment.entries.getBinaryFast(key);
    return value && recordIdOf(value, 0);
  }

  private putEntries(index: Index, entries: readonly IndexEntry[], recordId: number): void {
    for (const { key } of entries) {
      if (index.spec.unique) this.environment.entries.putSync(key, recordIdBytes(recordId));
      else this.environment.entries.putSync(entryKey(key, recordId), NOTHING);
    }
  }

  private removeEntries(index: Index, entries: readonly IndexEntry[], recordId: number): void {
    for (const { key } of entries) {
      this.environment.entries.removeSync(index.spec.unique ? key : entryKey(key, recordId));
    }
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

/** The key of an entry of an index that is not unique. */
function entryKey(key: Buffer, recordId: number): Buffer {
  const whole = Buffer.allocUnsafe(key.length + RECORD_ID_BYTES);
  whole.set(key);
  whole.writeUIntBE(recordId, key.length, RECORD_ID_BYTES);
  return whole;
}

function entryChanges(
  index: Index,
  before: readonly IndexEntry[],
  after: readonly IndexEntry[],
): { index: Index; added: IndexEntry[]; removed: IndexEntry[] } {
  return {
    index,
    added: after.filter((entry) => !hasKey(before, entry.key)),
    removed: before.filter((entry) => !hasKey(after, entry.key)),
  };
}

function hasKey(entries: readonly IndexEntry[], key: Buffer): boolean {
  return entries.some((entry) => entry.key.equals(key));
}

/** The `_id` of a stored document: every stored document has one. */
export function idOf(document: Uint8Array): BsonValue {
  return getField(document, '_id')!;
}
