import { documentValue, isIndexName } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { parseFieldPath, type FieldPath } from '../query/field-path.js';
import { prefixOf } from '../storage/key-space.js';
import { encodeIndexKey } from './index-key-codec.js';
import { eachIndexKey, type KeyValues } from './index-keys.js';
import type { IndexSpec } from './index-spec.js';
import { PartialFilter } from './partial-filter.js';

/** What an index has met so far and a planner must know; it only ever grows. */
export interface IndexTraits {
  /** Positions of fields that lead through an array in some document. */
  readonly multikey: readonly number[];
  /** Some key was too long to be kept whole. */
  readonly hasLongKeys: boolean;
}

export interface IndexEntry {
  /** With the index's prefix, without a record id. */
  readonly key: Buffer;
  readonly values: KeyValues;
}

/** One index: its definition and how documents become its keys. It reads and writes nothing itself. */
export class Index {
  readonly prefix: Buffer;
  readonly paths: readonly FieldPath[];
  readonly directions: readonly (1 | -1)[];
  readonly partial: PartialFilter | undefined;
  /** False while it is being built: it is kept up to date but answers no query. */
  ready = true;
  traits: IndexTraits = { multikey: [], hasLongKeys: false };
  /** The top-level fields that the entries are made of. */
  readonly fieldNames: readonly string[];
  private readonly relevantPaths: readonly string[];

  constructor(
    readonly id: number,
    readonly spec: IndexSpec,
  ) {
    this.prefix = prefixOf(id);
    this.paths = spec.fields.map((field) => parseFieldPath(field.path));
    this.directions = spec.fields.map((field) => field.direction);
    this.partial = spec.partialFilter && new PartialFilter(spec.partialFilter);
    this.fieldNames = [
      ...this.paths.map((path) => path.parts[0]!),
      ...(this.partial?.fieldTests?.map(({ name }) => name) ?? []),
    ];
    this.relevantPaths = [...spec.fields.map((field) => field.path), ...(this.partial?.paths ?? [])].map(
      (path) => withoutArraySteps(path),
    );
  }

  get isIdIndex(): boolean {
    return this.spec.name === '_id_';
  }

  /** Whether a change of these paths can change a document's entries. */
  concerns(touchedPaths: readonly string[] | undefined): boolean {
    if (touchedPaths === undefined) return true;
    return touchedPaths.some((written) => {
      const touched = withoutArraySteps(written);
      return this.relevantPaths.some(
        (path) => path === touched || path.startsWith(`${touched}.`) || touched.startsWith(`${path}.`),
      );
    });
  }

  /** The distinct entries of a document; `onTraits` is told when they show traits not known yet. */
  entriesOf(document: Uint8Array, onTraits: (traits: IndexTraits) => void): IndexEntry[] {
    if (this.partial && !this.partial.matches(document)) return [];
    const entries: IndexEntry[] = [];
    const multikey = new Set(this.traits.multikey);
    let { hasLongKeys } = this.traits;
    const seen = new Set<string>();
    eachIndexKey(
      this.paths,
      documentValue(document),
      (values) => {
        if (this.spec.sparse && values.every((value) => value === undefined)) return;
        const key = encodeIndexKey(this.prefix, values, this.directions, () => {
          hasLongKeys = true;
        });
        if (multikey.size > 0) {
          const text = key.toString('latin1');
          if (seen.has(text)) return;
          seen.add(text);
        }
        entries.push({ key, values });
      },
      (position) => multikey.add(position),
    );
    if (multikey.size > this.traits.multikey.length || hasLongKeys !== this.traits.hasLongKeys) {
      onTraits({ multikey: [...multikey], hasLongKeys });
    }
    return entries;
  }

  /** Which values gave a document this key. */
  valuesOf(key: Buffer, document: Uint8Array): KeyValues {
    const entry = this.entriesOf(document, () => undefined).find((each) => each.key.equals(key));
    return entry?.values ?? [];
  }

  /** The key of whole values, as {@link entriesOf} makes it, for exact lookups. */
  keyOf(values: readonly BsonValue[]): Buffer {
    return encodeIndexKey(this.prefix, [...values], this.directions, () => undefined);
  }
}

/** `items.$[i].price` and `items.0.price` both touch what an index on `items.price` holds. */
function withoutArraySteps(path: string): string {
  return path
    .split('.')
    .filter((part) => !part.startsWith('$') && !isIndexName(part))
    .join('.');
}
