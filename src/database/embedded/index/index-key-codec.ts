import { createHash } from 'node:crypto';
import { encodeKey } from '../bson/key-encoding.js';
import { KeyWriter } from '../bson/key-writer.js';
import type { KeyValues } from './index-keys.js';

/** LMDB takes keys of 1,978 bytes; the rest is left for the index id and the record id. */
export const MOST_KEY_BYTES = 1_024;
/** What is kept of a longer key, so that ranges still find it; a SHA-256 of the whole key follows. */
export const KEPT_KEY_BYTES = 960;

const writer = new KeyWriter(2 * MOST_KEY_BYTES);

/** The bytes under which an index keeps these values; `onLong` is told when they were too long and had to be hashed. */
export function encodeIndexKey(
  prefix: Uint8Array,
  values: KeyValues,
  directions: readonly (1 | -1)[],
  onLong: () => void,
): Buffer {
  writer.reset();
  writer.raw(prefix, 0, prefix.length);
  encodeKey(values, directions, writer);
  if (writer.length - prefix.length <= MOST_KEY_BYTES) return writer.finish();
  onLong();
  const whole = writer.view();
  const digest = createHash('sha256').update(whole.subarray(prefix.length)).digest();
  return Buffer.concat([whole.subarray(0, prefix.length + KEPT_KEY_BYTES), digest]);
}

/** The bytes that all keys with these leading values start with, cut where long keys are. */
export function encodeKeyPrefix(
  prefix: Uint8Array,
  values: KeyValues,
  directions: readonly (1 | -1)[],
): { bytes: Buffer; cut: boolean } {
  writer.reset();
  writer.raw(prefix, 0, prefix.length);
  encodeKey(values, directions, writer);
  const cut = writer.length - prefix.length > KEPT_KEY_BYTES;
  return {
    bytes: Buffer.from(cut ? writer.view().subarray(0, prefix.length + KEPT_KEY_BYTES) : writer.view()),
    cut,
  };
}
