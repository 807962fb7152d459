import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { encodeKey } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import type { ElementTest } from '../query/path-matcher.js';
import { RECORD_ID_BYTES } from '../storage/key-space.js';
import { FieldValues } from './field-values.js';
import { MOST_KEY_BYTES } from './index-key-codec.js';
import type { Index, IndexTraits } from './index.js';

/** What a write changes in one index: whole keys, of an index that is not unique with the record id at their end. */
export interface EntryChange {
  readonly index: Index;
  readonly added: readonly Buffer[];
  readonly removed: readonly Buffer[];
}

export type OnTraits = (index: Index, traits: IndexTraits) => void;

const NONE: readonly Buffer[] = [];

/**
 * Makes the entries of a collection's documents for all its indexes together: a document's fields are read once, and only
 * for the indexes that a change concerns. Arrays, dotted paths and long keys are left to {@link Index.entriesOf}.
 */
export class DocumentEntries {
  private readonly before: FieldValues;
  private readonly after: FieldValues;
  private readonly makers: readonly EntryMaker[];
  private readonly concerned = new WeakMap<readonly string[], readonly EntryMaker[]>();

  constructor(
    readonly indexes: readonly Index[],
    onTraits: OnTraits,
  ) {
    const names = [...new Set(indexes.flatMap((index) => index.fieldNames))];
    this.before = new FieldValues(names);
    this.after = new FieldValues(names);
    this.makers = indexes.map((index) => new EntryMaker(index, names, onTraits));
  }

  /** The entries of a document that is new, or (as those to be removed) that goes. */
  ofDocument(document: Uint8Array, recordId: number): readonly { index: Index; keys: readonly Buffer[] }[] {
    this.after.load(document);
    return this.makers.map((maker) => ({
      index: maker.index,
      keys: maker.keysOf(this.after, document, recordId),
    }));
  }

  /** The entries of a document in one index, as while that is built; none when it was dropped meanwhile. */
  ofIndex(index: Index, document: Uint8Array, recordId: number): readonly Buffer[] {
    const maker = this.makers.find((each) => each.index === index);
    if (!maker) return NONE;
    this.after.load(document);
    return maker.keysOf(this.after, document, recordId);
  }

  /** @param touchedPaths the paths that may differ, undefined when any may. */
  ofChange(
    recordId: number,
    before: Uint8Array,
    after: Uint8Array,
    touchedPaths: readonly string[] | undefined,
  ): readonly EntryChange[] {
    const makers = this.concernedBy(touchedPaths);
    if (makers.length === 0) return [];
    this.before.load(before);
    this.after.load(after);
    const changes: EntryChange[] = [];
    for (const maker of makers) {
      const change = maker.change(this.before, before, this.after, after, recordId);
      if (change) changes.push(change);
    }
    return changes;
  }

  private concernedBy(touchedPaths: readonly string[] | undefined): readonly EntryMaker[] {
    if (!touchedPaths) return this.makers;
    let makers = this.concerned.get(touchedPaths);
    if (!makers) {
      makers = this.makers.filter(({ index }) => index.concerns(touchedPaths));
      this.concerned.set(touchedPaths, makers);
    }
    return makers;
  }
}

const writerBefore = new KeyWriter();
const writerAfter = new KeyWriter();

/** What {@link EntryMaker.write} made of a document. */
const Written = { nothing: 0, key: 1, leftToIndex: 2 } as const;

/** The entries of one index. */
class EntryMaker {
  private readonly isPlain: boolean;
  private readonly isSparse: boolean;
  private readonly isUnique: boolean;
  private readonly places: readonly number[];
  private readonly tests: readonly { readonly at: number; readonly test: ElementTest }[] | undefined;
  private readonly values: (BsonValue | undefined)[];

  constructor(
    readonly index: Index,
    names: readonly string[],
    private readonly onTraits: OnTraits,
  ) {
    this.isPlain = index.paths.every((path) => path.parts.length === 1);
    this.isSparse = index.spec.sparse;
    this.isUnique = index.spec.unique;
    this.places = index.paths.map((path) => names.indexOf(path.parts[0]!));
    this.values = index.paths.map(() => undefined);
    const { partial } = index;
    this.tests = partial
      ? partial.fieldTests?.map(({ name, test }) => ({ at: names.indexOf(name), test }))
      : [];
  }

  keysOf(fields: FieldValues, document: Uint8Array, recordId: number): readonly Buffer[] {
    const written = this.write(fields, recordId, writerAfter);
    if (written === Written.nothing) return NONE;
    return written === Written.key ? [writerAfter.finish()] : this.keysFromIndex(document, recordId);
  }

  /** Undefined when the entries stay as they are. */
  change(
    fieldsBefore: FieldValues,
    before: Uint8Array,
    fieldsAfter: FieldValues,
    after: Uint8Array,
    recordId: number,
  ): EntryChange | undefined {
    const { index } = this;
    const old = this.write(fieldsBefore, recordId, writerBefore);
    const fresh = this.write(fieldsAfter, recordId, writerAfter);
    if (old === Written.leftToIndex || fresh === Written.leftToIndex) {
      const removed = this.keysFromIndex(before, recordId);
      const added = this.keysFromIndex(after, recordId);
      return {
        index,
        added: added.filter((key) => !hasKey(removed, key)),
        removed: removed.filter((key) => !hasKey(added, key)),
      };
    }
    if (old === fresh && (old === Written.nothing || sameBytes(writerBefore, writerAfter))) return undefined;
    return {
      index,
      added: fresh === Written.key ? [writerAfter.finish()] : NONE,
      removed: old === Written.key ? [writerBefore.finish()] : NONE,
    };
  }

  /** Writes the one key of a document without arrays in it. */
  private write(fields: FieldValues, recordId: number, writer: KeyWriter): number {
    if (!this.isPlain || !this.tests) return Written.leftToIndex;
    for (const { at, test } of this.tests) if (!test(fields.get(at))) return Written.nothing;
    const { places, values } = this;
    let isEmpty = true;
    for (let position = 0; position < places.length; position += 1) {
      const value = fields.get(places[position]!);
      if (value?.type === BsonType.array) return Written.leftToIndex;
      if (value) isEmpty = false;
      values[position] = value;
    }
    if (isEmpty && this.isSparse) return Written.nothing;
    const { prefix, directions } = this.index;
    writer.reset();
    writer.raw(prefix, 0, prefix.length);
    encodeKey(values, directions, writer);
    if (writer.length - prefix.length > MOST_KEY_BYTES) return Written.leftToIndex;
    if (!this.isUnique) writer.uint48(recordId);
    return Written.key;
  }

  private keysFromIndex(document: Uint8Array, recordId: number): readonly Buffer[] {
    const entries = this.index.entriesOf(document, (traits) => this.onTraits(this.index, traits));
    return entries.map(({ key }) => (this.isUnique ? key : withRecordId(key, recordId)));
  }
}

function withRecordId(key: Buffer, recordId: number): Buffer {
  const whole = Buffer.allocUnsafe(key.length + RECORD_ID_BYTES);
  whole.set(key);
  whole.writeUIntBE(recordId, key.length, RECORD_ID_BYTES);
  return whole;
}

function hasKey(keys: readonly Buffer[], key: Buffer): boolean {
  return keys.some((other) => other.equals(key));
}

function sameBytes(a: KeyWriter, b: KeyWriter): boolean {
  if (a.length !== b.length) return false;
  for (let at = a.length - 1; at >= 0; at -= 1) if (a.bytes[at] !== b.bytes[at]) return false;
  return true;
}
