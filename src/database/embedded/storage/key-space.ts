/** Record ids are numbers below 2^48, given in order of insertion. */
export const RECORD_ID_BYTES = 6;
export const PREFIX_BYTES = 4;

/** The key of a document: collection, record id. */
export function documentKey(collectionId: number, recordId: number): Buffer {
  const key = Buffer.allocUnsafe(PREFIX_BYTES + RECORD_ID_BYTES);
  key.writeUInt32BE(collectionId, 0);
  key.writeUIntBE(recordId, PREFIX_BYTES, RECORD_ID_BYTES);
  return key;
}

export function recordIdOf(key: Uint8Array, at: number): number {
  return (
    (key[at]! * 256 + key[at + 1]!) * 2 ** 32 +
    key[at + 2]! * 2 ** 24 +
    ((key[at + 3]! << 16) | (key[at + 4]! << 8) | key[at + 5]!)
  );
}

export function recordIdBytes(recordId: number): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_ID_BYTES);
  bytes.writeUIntBE(recordId, 0, RECORD_ID_BYTES);
  return bytes;
}

export function prefixOf(id: number): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  prefix.writeUInt32BE(id, 0);
  return prefix;
}

/** The least key above all keys that start with `prefix`. */
export function afterPrefix(prefix: Uint8Array): Buffer {
  const after = Buffer.from(prefix);
  let end = after.length;
  while (end > 0 && after[end - 1] === 0xff) end -= 1;
  if (end === 0) return Buffer.alloc(prefix.length + 1, 0xff);
  after[end - 1]! += 1;
  return after.subarray(0, end);
}
