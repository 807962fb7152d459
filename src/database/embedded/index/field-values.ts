import { ElementCursor, encodeName } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';

const BUCKETS = 64;

/** Where to look for a name: most names of a document are in no bucket and cost one look. */
function bucketOf(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return 0;
  return (bytes[start]! * 7 + bytes[end - 1]! + end - start) % BUCKETS;
}

interface Slot {
  type: number;
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** The values of a few top-level fields of one document after the other, found in one pass over each. */
export class FieldValues {
  private readonly names: readonly Uint8Array[];
  private readonly buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
  private readonly slots: Slot[];
  private readonly present: Uint8Array;

  constructor(names: readonly string[]) {
    this.names = names.map((name) => encodeName(name));
    this.slots = this.names.map((bytes) => ({ type: 0, bytes, start: 0, end: 0 }));
    this.present = new Uint8Array(names.length);
    for (const [at, bytes] of this.names.entries()) this.buckets[bucketOf(bytes, 0, bytes.length)]!.push(at);
  }

  /** Forgets the document before; of a name that stands twice the first counts. */
  load(document: Uint8Array): void {
    const { names, buckets, slots, present } = this;
    present.fill(0);
    let missing = names.length;
    const cursor = new ElementCursor(document);
    while (missing > 0 && cursor.next()) {
      for (const at of buckets[bucketOf(document, cursor.nameStart, cursor.nameEnd)]!) {
        if (present[at] === 1 || !cursor.nameIs(names[at]!)) continue;
        const slot = slots[at]!;
        slot.type = cursor.type;
        slot.bytes = document;
        slot.start = cursor.start;
        slot.end = cursor.end;
        present[at] = 1;
        missing -= 1;
        break;
      }
    }
  }

  /** The value of the field at this place of the names, valid until the next {@link load}. */
  get(at: number): BsonValue | undefined {
    return this.present[at] === 1 ? this.slots[at] : undefined;
  }
}
