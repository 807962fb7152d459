import type { BsonValue } from './bson-value.js';
import { encodeKey } from './key-encoding.js';
import { KeyWriter } from './key-writer.js';

const writer = new KeyWriter();

/** A text that is the same for values that compare as equal, whatever their types, and for no others: a key for maps. */
export function keyText(value: BsonValue): string {
  encodeKey([value], [1], writer.reset());
  return writer.view().toString('latin1');
}
